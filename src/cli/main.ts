#!/usr/bin/env node
// The command line. Errors of users become one sentence and an exit code; stacks are for bugs alone.

import { cac } from 'cac';
import { UserError } from '../errors.ts';
import { create } from './commands/create.ts';
import { evaluate } from './commands/evaluate.ts';
import { run } from './commands/run.ts';
import { closest } from './did-you-mean.ts';
import { keepDebuggerClosed } from './interruption.ts';
import { messageOf } from './module.ts';
import { ignoreClosedStreams, tell } from './print.ts';
import { packageVersion } from './version.ts';

const commands = [create, run, evaluate];

async function main(argv: readonly string[]): Promise<void> {
  const cli = cac('alc');
  for (const command of commands) command(cli);
  cli.help();
  cli.version(packageVersion());
  cli.parse([...argv], { run: false });
  if (cli.options.help) return;
  if (cli.options.version) {
    // Of the version that is asked of a command cac says nothing.
    if (cli.matchedCommand) cli.outputVersion();
    return;
  }
  if (!cli.matchedCommand) {
    const [word] = cli.args;
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
  checkOptions(cli);
  try {
    await cli.runMatchedCommand();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'CACError')) throw error;
    // What cac found, in its words.
    const { name } = cli.matchedCommand;
    throw new UserError(`alc ${name}: ${error.message.replaceAll('`', "'")}; see alc ${name} --help`);
  }
}

/** Unknown options, with the one that may have been meant. */
function checkOptions({ matchedCommand, options, globalCommand }: ReturnType<typeof cac>): void {
  if (!matchedCommand) return;
  const known = [...matchedCommand.options, ...globalCommand.options].map(({ name }) => dashed(name));
  for (const option of Object.keys(options)) {
    if (option === '--' || matchedCommand.hasOption(option) || globalCommand.hasOption(option)) continue;
    const given = dashed(option);
    const meant = closest(given, known);
    const hint = meant ? `did you mean --${meant}?` : `see alc ${matchedCommand.name} --help`;
    throw new UserError(
      `alc ${matchedCommand.name}: unknown option '${given.length > 1 ? '--' : '-'}${given}'; ${hint}`,
    );
  }
}

/** `time-limit` for `timeLimit`. */
function dashed(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

ignoreClosedStreams();
keepDebuggerClosed();

// A promise that a module has let go of: its error is the module's, not a bug of ours.
process.on('unhandledRejection', (error) => {
  tell(`alc: an error was not handled: ${messageOf(error)}`);
  process.exit(1);
});

main(process.argv).catch((error: unknown) => {
  const isUsers = error instanceof UserError;
  process.exitCode = isUsers ? error.exitCode : 1;
  const text = isUsers ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(isUsers ? text : `alc: this is a bug, please report it\n${text}`);
});
