// 200 secrets are planted where a run could pick them up; none is found in anything that it writes or prints.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { alc, put, removeTemporaries, temporary } from '../testing/alc.ts';
import { smallExperiment } from '../testing/small-experiment.ts';

/** Long enough to be interrupted. */
const experiment = smallExperiment()
  .replace('afterSteps(200)', 'afterSteps(300_000)')
  .replace('everySteps(50)', 'everySteps(1000)');

afterAll(removeTemporaries);

const planted: string[] = [];
function secret(): string {
  const text = `canary${randomBytes(8).toString('hex')}`;
  planted.push(text);
  return text;
}

/** Names that tools look at, and names that nobody knows. */
const variables = [
  'AWS_SECRET_ACCESS_KEY GITHUB_TOKEN GH_TOKEN NPM_TOKEN WANDB_API_KEY MLFLOW_TRACKING_PASSWORD SLURM_JWT KRB5CCNAME',
  'SSH_AUTH_SOCK DATABASE_URL HTTP_PROXY HTTPS_PROXY HF_TOKEN OPENAI_API_KEY USER LOGNAME MAIL PWD OLDPWD EDITOR',
].flatMap((names) => names.split(' '));

it('no secret of the surroundings is written or printed', { timeout: 120_000 }, async () => {
  const home = join(temporary(), secret(), secret());
  const project = join(home, secret(), 'project');
  const env: Record<string, string> = { HOME: home };
  for (const name of variables) env[name] = secret();
  for (let i = 0; i < 150; i++) env[`SETTING_${i}`] = secret();
  put(home, {
    '.npmrc': `//registry/:_authToken=${secret()}\n`,
    '.netrc': `machine host login ${secret()} password ${secret()}\n`,
    '.gitconfig': `[user]\n\tname = ${secret()}\n\temail = ${secret()}@example.org\n[http]\n\textraHeader = ${secret()}\n`,
    '.config/gcloud/key.json': JSON.stringify({ key: secret() }),
  });
  put(project, {
    'experiment.mjs': experiment,
    'broken.mjs': smallExperiment({ makeReport: "() => { throw new Error('no luck'); }" }),
    '.env': `TOKEN=${secret()}\n`,
    [`data-${secret()}/train.csv`]: '1\n',
  });
  const git = (...args: string[]) => execFileSync('git', ['-C', project, ...args], { env: { ...process.env, ...env } });
  git('init', '-q', '-b', secret());
  git('remote', 'add', 'origin', `https://${secret()}:${secret()}@host/a/b?token=${secret()}#${secret()}`);
  git('remote', 'add', 'other', `https://oauth2:${secret()}@host/c`);
  git('add', '.');
  git('commit', '-q', '-m', secret());
  while (planted.length < 200) git('config', `alias.a${planted.length}`, secret());
  const index = join(project, '.git', 'index');
  put(project, { 'experiment.mjs': `${experiment}// changed\n` });
  const before = statSync(index).mtimeMs;

  const options = { cwd: project, env };
  const data = readdirSync(project).find((name) => name.startsWith('data-')) ?? '';
  const printed: string[] = [];
  for (const [expected, ...args] of [
    [0, 'create', 'experiment.mjs', 'runs', '--amount=3'],
    [0, 'run', 'experiment.mjs', 'runs/1', '--data', join(project, data)],
    [0, 'run', 'runs', '--data', data, '--json'],
    [0, 'evaluate', 'runs', '--json'],
    [2, 'run', 'runs/4'],
    [0, 'create', 'broken.mjs', 'others'],
    [1, 'run', 'others/1'],
  ] as const) {
    const { code, stdout, stderr } = await alc([...args], options);
    expect([args, code, stderr]).toEqual([args, expected, stderr]);
    printed.push(stdout, stderr);
  }
  const files = ['runs', 'others'].flatMap((location) =>
    readdirSync(join(project, location), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  );
  expect(files.length).toBeGreaterThan(20);
  const output = [
    ...printed,
    ...files.map((file) => file.slice(project.length)),
    ...files.map((file) => readFileSync(file, 'latin1')),
  ];
  const found = planted.filter((text) => output.some((part) => part.includes(text)));
  expect(found).toEqual([]);
  console.log(`secrets: ${planted.length} planted, ${found.length} found in ${output.join('').length} bytes of output`);
  // Looking at the repository has not written to it, nor locked it.
  expect(statSync(index).mtimeMs).toBe(before);
});
