#!/usr/bin/env node
// The command line. Errors of users become one sentence and an exit code; stacks are for bugs alone.

import { cac } from 'cac';
import { closest } from '../closest.ts';
import { UserError } from '../errors.ts';
import { readArguments } from './arguments.ts';
import { cancel } from './commands/cancel.ts';
import { create } from './commands/create.ts';
import { diff } from './commands/diff.ts';
import { evaluate } from './commands/evaluate.ts';
import { exportTo } from './commands/export.ts';
import { jobScript } from './commands/job-script.ts';
import { logs } from './commands/logs.ts';
import { run } from './commands/run.ts';
import { show } from './commands/show.ts';
import { status } from './commands/status.ts';
import { submit } from './commands/submit.ts';
import { packageVersion } from './installation.ts';
import { keepDebuggerClosed } from './interruption.ts';
import { withDashedValues } from './options.ts';
import { flush, ignoreClosedStreams, keepStdoutClean, tell } from './print.ts';
import { withStrayErrors } from './stray.ts';
import { serve, WORKER } from './worker.ts';

const commands = [create, run, evaluate, show, diff, exportTo, submit, status, cancel, logs, jobScript];

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
    return (cli.commands.find(({ name }) => name === topic) ?? cli.globalCommand).outputHelp();
  }
  if (word === undefined) {
    const example = 'e.g. alc create examples/mlp-xor.ts runs/xor --amount=10';
    throw new UserError(`alc: the command is missing; say what to do, ${example}, or see alc --help`);
  }
  const names = cli.commands.map(({ name }) => name);
  const meant = closest(word, names);
  throw new UserError(
    `alc: unknown command '${word}'; ${meant ? `did you mean '${meant}'?` : `there are ${names.join(', ')}`}`,
  );
}

ignoreClosedStreams();
keepDebuggerClosed();

try {
  const args = process.argv.slice(2);
  await withStrayErrors('alc', () => (args[0] === WORKER ? serve() : main(args)));
} catch (error) {
  const isUsers = error instanceof UserError;
  process.exitCode = isUsers ? error.exitCode : 1;
  const text = isUsers ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(isUsers ? text : `alc: this is a bug, please report it\n${text}`);
}
// A timer or a socket that a module has left open must not keep us.
await flush();
process.exit();
