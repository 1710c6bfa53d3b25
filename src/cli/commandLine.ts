// The command line. Errors of users become one sentence and an exit code; stacks are for bugs alone.

import { cac } from 'cac';
import { closest } from '../closest.ts';
import { DISK, UserError } from '../errors.ts';
import { readArguments } from './arguments.ts';
import { cancel } from './commands/cancel.ts';
import { create } from './commands/create.ts';
import { diff } from './commands/diff.ts';
import { evaluate } from './commands/evaluate.ts';
import { exportTo } from './commands/export.ts';
import { importance } from './commands/importance.ts';
import { jobScript } from './commands/job-script.ts';
import { logs } from './commands/logs.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { show } from './commands/show.ts';
import { status } from './commands/status.ts';
import { submit } from './commands/submit.ts';
import { packageVersion } from './installation.ts';
import { withDashedValues } from './options.ts';
import { flush, keepStdoutClean, outliveStreams, tell } from './print.ts';
import { withStrayErrors } from './stray.ts';
import { serve, WORKER } from './worker.ts';

const commands = [
  create,
  run,
  evaluate,
  show,
  diff,
  importance,
  report,
  exportTo,
  submit,
  status,
  cancel,
  logs,
  jobScript,
];

async function main(args: readonly string[]): Promise<void> {
  const cli = cac('alc');
  for (const command of commands) command(cli);
  cli.help();
  cli.version(packageVersion());
  const { command, words, options } = readArguments(cli, withDashedValues(args, '--sbatch'));
  const [word, topic] = words;
  if (options.version) return cli.outputVersion();
  if (options.help) return (command ?? cli.globalCommand).outputHelp();
  if (command) {
    if (options.json) keepStdoutClean();
    const given = command.args.map(({ variadic }, i) => (variadic ? words.slice(i) : words[i]));
    return command.commandAction?.(...given, options);
  }
  if (word === 'help') {
    const about = cli.commands.find(({ name }) => name === topic);
    if (about || topic === undefined) return (about ?? cli.globalCommand).outputHelp();
  }
  if (word === undefined) {
    const example = 'e.g. alc create examples/mlp-xor.ts runs/xor --amount=10';
    throw new UserError(`alc: the command is missing; say what to do, ${example}, or see alc --help`);
  }
  const unknown = word === 'help' ? (topic ?? word) : word;
  const names = cli.commands.map(({ name }) => name);
  const meant = closest(unknown, names);
  throw new UserError(
    `alc: unknown command '${unknown}'; ${meant ? `did you mean '${meant}'?` : `there are ${names.join(', ')}`}`,
  );
}

outliveStreams();

try {
  const args = process.argv.slice(2);
  await withStrayErrors('alc', () => (args[0] === WORKER ? serve() : main(args)));
} catch (error) {
  process.exitCode = tellError(error);
}
await flush().catch((error: unknown) => {
  // A run's own says how it ended: its results lie in its directory, whatever becomes of what it prints.
  if (process.exitCode === undefined) process.exitCode = tellError(error);
  else tell(error instanceof Error ? error.message : String(error));
});
// A timer or a socket that a module has left open must not keep us.
process.exit();

/** Tells of an error; gives the exit code. */
function tellError(error: unknown): number {
  const isUsers = error instanceof UserError;
  const message = isUsers ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!isUsers) tell(`alc: this is a bug, please report it\n${message}`);
  else tell(error.exitCode === DISK ? `${message}, then run it again` : message);
  return isUsers ? error.exitCode : 1;
}
