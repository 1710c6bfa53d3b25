import { describe, expect, it } from 'vitest';
import { checkOptions, sbatchOptions, timeLimit } from './directives.ts';

const pars = 'export const pars = {};\n\nexport const seed = 1;\n';
const options = (comment: string): string[] => sbatchOptions(`/*\n${comment}\n*/\n\n${pars}`, 'cfg.mjs');

describe('options in a preamble', () => {
  it('are one word each', () => {
    expect(options('# SBATCH --time=55\n# SBATCH -c 2 --mem=2G\n  # SBATCH --not=at-the-beginning')).toEqual([
      '--time=55',
      '-c',
      '2',
      '--mem=2G',
    ]);
    expect(sbatchOptions(pars, 'cfg.mjs')).toEqual([]);
  });

  it('may be meant for processors with or without a GPU', () => {
    const lines = '# SBATCH CPU --partition=cpu\n# SBATCH GPU --gres=gpu:1\n# SBATCH --time=1:00:00';
    expect(options(lines)).toEqual(['--partition=cpu', '--time=1:00:00']);
    expect(options(`  # SUBMIT: gpu = yes\n${lines}`)).toEqual(['--gres=gpu:1', '--time=1:00:00']);
  });

  it('are read in the preamble alone', () => {
    expect(sbatchOptions(`${pars}/*\n# SBATCH --time=1\n*/\n`, 'cfg.mjs')).toEqual([]);
  });

  it.each([
    '--array=1-3',
    '--output=x',
    '--signal=USR1@10',
    '-o',
    '--job-name=x',
    '--requeue',
    '-Wx',
  ])('%s is refused, for it is set by alc submit', (option) => {
    expect(() => options(`# SBATCH ${option}`)).toThrow(`cfg.mjs: # SBATCH ${option}: is set by alc submit`);
    expect(() => checkOptions([option], '--sbatch')).toThrow(option);
  });

  it('with names that nobody knows are refused', () => {
    expect(() => options('# SUBMIT: gpus = 2')).toThrow('cfg.mjs: # SUBMIT: gpus: unknown name; known are runner,');
    expect(() => options('# SUBMIT: gpu = prefer')).toThrow("must be yes or no, got 'prefer'");
  });
});

describe('a time limit', () => {
  it.each([
    ['5', 300],
    ['5:30', 330],
    ['2:05:30', 7530],
    ['1-2', 93_600],
    ['1-2:30', 95_400],
    ['1-2:30:10', 95_410],
  ])('%s', (text, seconds) => {
    expect(timeLimit([`--time=${text}`])).toBe(seconds);
    expect(timeLimit(['--time=1', '--mem=2G', '-t', text])).toBe(seconds);
    expect(timeLimit([`-t${text}`])).toBe(seconds);
  });

  it('that is none', () => {
    for (const options of [[], ['--time=UNLIMITED'], ['--mem=2G']]) expect(timeLimit(options)).toBeUndefined();
  });
});
