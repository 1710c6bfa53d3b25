#!/usr/bin/env node
// The command line. Errors of users become one sentence and an exit code; stacks are for bugs alone.

import { cac } from 'cac';
import { UserError } from '../errors.ts';
import { closest } from './did-you-mean.ts';
import { packageVersion } from './version.ts';
import { create } from './commands/create.ts';
import { evaluate } from './commands/evaluate.ts';
import { run } from './commands/run.ts';

const commands = [create, run, evaluate];

async function main(argv: readonly string[]): Promise<void> {
  const cli = cac('alc');
  for (const command of commands) command(cli);
  cli.help();
  cli.version(packageVersion());
  cli.parse([...argv], { run: false });
  if (cli.options.help || cli.options.version) return;
  if (!cli.matchedCommand) {
    const [word] = cli.args;
    if (word === undefined) {
      cli.outputHelp();
      throw new UserError('alc: say what to do, e.g. alc create examples/mlp-xor.ts runs/xor --amount=10');
    }
    const names = cli.commands.map(({ name }) => name);
    const meant = closest(word, names);
    throw new UserError(
      `alc: unknown command '${word}'; ${meant ? `did you mean '${meant}'?` : `there are ${names.join(', ')}`}`,
    );
  }
  checkOptions(cli);
  await cli.runMatchedCommand();
}

/** Unknown options, with the one that may have been meant. */
function checkOptions({ matchedCommand, options, globalCommand }: ReturnType<typeof cac>): void {
  if (!matchedCommand) return;
  const known = [...matchedCommand.options, ...globalCommand.options].flatMap(({ names }) => names);
  for (const option of Object.keys(options)) {
    if (option === '--' || matchedCommand.hasOption(option) || globalCommand.hasOption(option)) continue;
    const dashed = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const meant = closest(option, known);
    const hint = meant ? `did you mean --${meant}?` : `see alc ${matchedCommand.name} --help`;
    throw new UserError(`alc ${matchedCommand.name}: unknown option '${option.length > 1 ? '--' : '-'}${dashed}'; ${hint}`);
  }
}

/** A closed pipe is no reason to stop training. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

main(process.argv).catch((error: unknown) => {
  const isUsers = error instanceof UserError || (error instanceof Error && error.name === 'CACError');
  process.exitCode = error instanceof UserError ? error.exitCode : isUsers ? 2 : 1;
  const text = isUsers ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${isUsers ? text : `alc: this is a bug, please report it\n${text}`}\n`);
});
