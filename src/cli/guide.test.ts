// What the guide quotes is what stands in examples/, and does what it says.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { alcOk, read, removeTemporaries, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

const near = (expected: number, tolerance: number): unknown =>
  expect.toSatisfy((value: number) => Math.abs(value - expected) <= tolerance, `within ${tolerance} of ${expected}`);

const quoted: Readonly<Record<string, { readonly set: string; readonly report: object }>> = {
  'own-loss.ts': { set: 'q=0.9', report: { partBelow: near(0.9, 0.06) } },
  'own-layer.ts': { set: 'depth=10', report: { loss: near(0, 0.01) } },
  'own-model.ts': { set: 'experts=2', report: { loss: near(0, 0.01) } },
  'own-optimizer.ts': { set: 'learningRate=0.03', report: { loss: near(0, 0.01) } },
};

describe.each(Object.entries(quoted))('%s', (name, { set, report }) => {
  it('stands in the guide word for word', () => {
    expect(read(root, 'README.md')).toContain(`\`\`\`ts\n${read(root, `examples/${name}`)}\`\`\``);
  });

  it('trains', { timeout: 60_000 }, async () => {
    const cwd = temporary();
    await alcOk(['create', join(root, 'examples', name), 'runs', '--set', set], { cwd });
    await alcOk(['run', 'runs/1'], { cwd });
    expect(JSON.parse(read(cwd, 'runs/1/report-last.json'))).toEqual(report);
  });
});
