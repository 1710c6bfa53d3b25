import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lead, plan, sbatchWords } from './submission.ts';

describe('a plan', () => {
  it('has every configuration once, in its order, with its options, in arrays that the site allows', () => {
    const candidate = fc.record({ options: fc.constantFrom(['--time=1'], ['--time=2', '--mem=1G'], []) });
    const cases = fc.tuple(
      fc.array(candidate, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(cases, ([drawn, pack, most]) => {
        const candidates = drawn.map(({ options }, i) => ({ index: i + 1, options }));
        const submissions = plan(candidates, pack, most);
        for (const { options, tasks } of submissions) {
          expect(tasks.length).toBeGreaterThan(0);
          expect(tasks.length).toBeLessThanOrEqual(most);
          for (const task of tasks) expect(task.length).toBeLessThanOrEqual(pack);
          const sent = tasks.flat();
          expect(sent).toEqual([...sent].sort((a, b) => a - b));
          for (const index of sent) expect(candidates[index - 1]?.options).toEqual(options);
        }
        const all = submissions.flatMap(({ tasks }) => tasks.flat()).sort((a, b) => a - b);
        expect(all).toEqual(candidates.map(({ index }) => index));
        expect(new Set(submissions.map(({ name }) => name)).size).toBe(submissions.length);
      }),
    );
  });
});

describe('the words of sbatch', () => {
  it('throttle, and wait for the array before', () => {
    const words = sbatchWords(
      '/runs',
      { name: 'alc-x', options: ['--time=10'], tasks: [[1], [3]] },
      { command: ['alc'], most: 2, after: '7' },
    );
    expect(words).toEqual(
      expect.arrayContaining(['--array=1-2%2', '--dependency=afterany:7', '--time=10', '--signal=INT@120']),
    );
    expect(words.slice(-4)).toEqual(['/runs/.slurm/alc-x/job.sh', '/runs', '/runs/.slurm/alc-x/list', 'alc']);
  });

  it('leave time to save: two minutes, or a fifth of less', () => {
    expect([lead([]), lead(['--time=4:00:00']), lead(['--time=5'])]).toEqual([120, 120, 60]);
  });
});
