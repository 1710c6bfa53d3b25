// The real program, killed at every system call that touches its files, with every such call failing, and killed at
// random moments.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alcOk, removeTemporaries, results, root, start, temporary } from '../testing/alc.ts';
import { concurrently } from '../testing/concurrently.ts';
import { generator } from '../testing/random.ts';
import { canTrace, killedTrial, newTrial, strikeEverywhere } from '../testing/strace.ts';

afterAll(removeTemporaries);

describe.runIf(canTrace)('a run', { timeout: 1_200_000 }, () => {
  it('killed at every system call, continues to the same results', async () => {
    const whole = await strikeEverywhere(await newTrial(), { injection: 'signal=SIGKILL' });
    const continued = await strikeEverywhere(await killedTrial(), { injection: 'signal=SIGKILL' });
    console.log(`SIGKILL at all ${whole} system calls of a run and ${continued} of a continuation: same results`);
    expect(whole).toBeGreaterThan(150);
    expect(continued).toBeGreaterThan(80);
  });

  it.each(['ENOSPC', 'EIO', 'EDQUOT'])('that meets %s loses nothing', async (code) => {
    const injection = `error=${code}`;
    const once = await strikeEverywhere(await newTrial(), { injection });
    const recovering = await strikeEverywhere(await killedTrial(), { injection });
    const only = ['fsync', 'pwrite64', 'rename', 'link', 'unlink', 'ftruncate'];
    const sticky = await strikeEverywhere(await newTrial(), { injection, isSticky: true, only });
    console.log(`${code} at ${once} calls of a run, ${recovering} of a continuation, ${sticky} for good: same results`);
    expect(once + recovering + sticky).toBeGreaterThan(80);
  });
});

it('killed at 1,000 random moments, continues to the same results', { timeout: 1_200_000 }, async () => {
  const module = join(root, 'src/testing/counting-experiment.ts');
  const most = 300;
  const pars = JSON.stringify(Array.from({ length: most }, () => ({ steps: 300, width: 40 })));
  const [cut, uncut] = [temporary({ 'pars.json': pars }), temporary({ 'pars.json': pars })];
  for (const place of [cut, uncut]) await alcOk(['create', module, place, '--from', join(place, 'pars.json')]);
  let [kills, trials] = [0, 0];
  function* indices() {
    while (kills < 1000 && trials < most) yield ++trials;
  }
  const chain = async (index: number): Promise<void> => {
    const [directory, other] = [join(cut, `${index}`), join(uncut, `${index}`)];
    const random = generator(index);
    for (let isOver = false; !isOver; ) {
      const { child, ended } = start(['run', module, directory, '--checkpoint-every=0ms']);
      const timer = setTimeout(() => child.kill('SIGKILL'), 150 + 450 * random());
      const { code, signal, stderr } = await ended;
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`${index}: ended with ${code ?? signal}\n${stderr}`);
      isOver = code === 0;
      if (!isOver) kills++;
    }
    await alcOk(['run', module, other, '--checkpoint-every=1h']);
    expect(results(directory)).toEqual(results(other));
  };
  for await (const _ of concurrently(indices(), 3, chain));
  console.log(`SIGKILL at ${kills} random moments of ${trials} runs: ${trials} of ${trials} with the same results`);
  expect(kills).toBeGreaterThanOrEqual(1000);
});
