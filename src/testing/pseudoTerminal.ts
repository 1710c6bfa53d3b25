// The built `alc` on a terminal of 80 columns and 24 rows, a pseudo terminal of util-linux's `script`, and what is seen there.

import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { main } from './alc.ts';

export interface OnTerminal {
  /** Types on its keyboard. */
  readonly type: (keys: string) => void;
  /** Resolves as soon as the output matches. */
  readonly shows: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

export function onTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): OnTerminal {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty cols 80 rows 24; exec ${quoted}`;
  const { PATH, HOME } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  const shows = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output)) resolve();
      };
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`alc ended before it showed ${pattern}:\n${output}`)));
      look();
    });
  return { type: (keys) => void child.stdin.write(keys), shows, ended };
}

/** Lines as they were written, without the terminal's own sequences. */
export function writtenLines(output: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  return output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').split(/\r*\n/);
}

/** What stands on an endless terminal in the end: carriage returns, cursor up and erasure below are obeyed. */
export function screenOf(output: string): string[] {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  for (const [token, up] of output.matchAll(/\x1b\[(\d+)A|\x1b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) {
    if (up !== undefined) row = Math.max(0, row - Number(up));
    else if (token === '\x1b[0J') {
      lines.length = row + 1;
      lines[row]?.splice(column);
    } else if (token === '\r') column = 0;
    else if (token === '\n') lines[++row] ??= [];
    else if (!token.startsWith('\x1b')) {
      const line = lines[row];
      if (line) line[column++] = token;
    }
  }
  return lines.map((line) => line.join(''));
}
