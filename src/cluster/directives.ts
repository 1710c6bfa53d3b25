// What a configuration's preamble asks of a scheduler, in the lines that the tool `submit` (Sebastian Urban) reads, too:
//
//     /*
//     # SUBMIT: gpu = yes
//     # SBATCH --time=04:00:00
//     # SBATCH GPU --gres=gpu:1
//     */
//
// The text is read, the configuration is not executed.

import { UserError } from '../errors.ts';

/** As in `submit`: the first of a line without the white space around it, the second at the beginning of a line. */
const SUBMIT = /^#\s*SUBMIT:\s*([a-zA-Z-]+)\s*=\s*(.*)$/;
const SBATCH = /^#\s*SBATCH (.*)$/;

/** Where the comment ends and the configuration begins. */
const BEGINNING = /^export const /m;

const names = ['runner', 'input-files', 'log-file', 'gpu'];

/**
 * The options for `sbatch`, one word each.
 *
 * @param source the text of a cfg.mjs
 * @param name of the file, for errors
 * @throws UserError on unknown names after `# SUBMIT:` and on options that `alc submit` sets itself
 */
export function sbatchOptions(source: string, name: string): string[] {
  const lines = source.slice(0, source.search(BEGINNING)).split(/\r?\n/);
  const settings = new Map(
    lines.flatMap((line) => {
      const [, key, value = ''] = SUBMIT.exec(line.trim()) ?? [];
      return key === undefined ? [] : [[key, value.trim()] as const];
    }),
  );
  for (const key of settings.keys()) {
    if (!names.includes(key))
      throw new UserError(`${name}: # SUBMIT: ${key}: unknown name; known are ${names.join(', ')}`);
  }
  const gpu = settings.get('gpu') ?? 'no';
  if (gpu !== 'yes' && gpu !== 'no') throw new UserError(`${name}: # SUBMIT: gpu: must be yes or no, got '${gpu}'`);
  const options = lines.flatMap((line) => {
    const words = SBATCH.exec(line)?.[1]?.trim().split(/\s+/) ?? [];
    if (words[0] !== 'GPU' && words[0] !== 'CPU') return words;
    return (words[0] === 'GPU') === (gpu === 'yes') ? words.slice(1) : [];
  });
  checkOptions(options, `${name}: # SBATCH`);
  return options;
}

/** What makes an array of configurations come back, find its place and write its logs. */
const ours =
  /^(--(array|output|error|open-mode|signal|job-name|requeue|no-requeue|parsable|wait|wrap|dependency|chdir)(=.*)?|-[aoeJWdD].*)$/;

/** @throws UserError on options that `alc submit` sets itself */
export function checkOptions(options: readonly string[], where: string): void {
  const wrong = options.find((option) => ours.test(option));
  if (wrong !== undefined) throw new UserError(`${where} ${wrong}: is set by alc submit; leave it out`);
}

/**
 * The time limit that options ask for, in seconds; the last one counts. Undefined if there is none.
 *
 * *sbatch(1)*: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds
 */
export function timeLimit(options: readonly string[]): number | undefined {
  const text = options.reduce<string | undefined>((found, option, i) => {
    if (option === '--time' || option === '-t') return options[i + 1];
    return /^(?:--time=|-t=?)(.+)$/.exec(option)?.[1] ?? found;
  }, undefined);
  if (text === undefined) return undefined;
  const [, days, clock = ''] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(text) ?? [];
  const parts = clock.split(':').map(Number);
  if (clock === '') return undefined;
  const [a = 0, b = 0, c = 0] = parts;
  if (days !== undefined) return ((Number(days) * 24 + a) * 60 + b) * 60 + c;
  if (parts.length === 3) return (a * 60 + b) * 60 + c;
  return a * 60 + b;
}
