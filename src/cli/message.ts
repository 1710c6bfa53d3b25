// What somebody else's code threw, on one line, and where in their files it was, if that is known.

import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { isOurs, jiti } from './installation.ts';

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a syntax error the place stands in the message.
  const [, wrong, file, position] = /^ParseError: (.*?)\s*\n\s*(\S.*?):(\d+:\d+)\s*$/s.exec(error.message) ?? [];
  if (wrong !== undefined && file !== undefined) return `${wrong} (${relative(process.cwd(), file)}:${position})`;
  // Of a module that is not there, who asked for it.
  const [, missing, asker] = /^(.*?)\s*\nRequire stack:\n- (.*)/.exec(error.message) ?? [];
  if (missing !== undefined && asker !== undefined) return `${missing} (${relative(process.cwd(), asker)})`;
  return placed(error.message.trim().replace(/\s*\n\s*/g, ' '), error);
}

/** A message, and where the error arose, if that is known and the message does not tell all by itself. */
export function placed(message: string, error: unknown): string {
  if (!(error instanceof Error) || error instanceof UserError) return message;
  const place = placeIn(error.stack ?? '');
  return place === undefined ? message : `${message} (${place})`;
}

/** `experiment.ts:12:5`: the first frame of a stack that is in nobody's package. */
function placeIn(stack: string): string | undefined {
  for (const [, path = '', line, column] of stack.matchAll(
    /^ +at (?:.*\()?((?:file:|\/|[A-Z]:).*?):(\d+):(\d+)\)?$/gm,
  )) {
    const isNative = path.startsWith('file:');
    const file = isNative ? fileURLToPath(path) : path;
    if (isOurs(file) || file.includes(`${sep}node_modules${sep}`)) continue;
    const position = isNative ? `:${line}:${column}` : originalPosition(file, Number(line), Number(column));
    return `${relative(process.cwd(), file)}${position}`;
  }
  return undefined;
}

/** `:12:5`, or '' where nothing is sure, from a position in jiti's translation, which moves imports to the beginning. */
function originalPosition(file: string, line: number, column: number): string {
  // The first line holds what jiti has put around the module.
  if (line === 1) return '';
  try {
    const { transform } = jiti().createJiti(import.meta.url, {
      interopDefault: false,
      fsCache: false,
      sourceMaps: true,
    });
    const isTypeScript = /\.[cm]?ts$/.test(file);
    const code = transform({ source: readFileSync(file, 'utf8'), filename: file, ts: isTypeScript, async: true });
    const [, map = ''] = /^\/\/# sourceMappingURL=data:application\/json;.*?base64,([\w+/=]+)/m.exec(code) ?? [];
    const origin = new SourceMap(JSON.parse(Buffer.from(map, 'base64').toString())).findOrigin(line, column);
    return 'lineNumber' in origin ? `:${origin.lineNumber}:${origin.columnNumber}` : '';
  } catch {
    // The file may have gone or changed since.
    return '';
  }
}
