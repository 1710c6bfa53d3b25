import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { environment, slurm } from './commands.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alc-slurm-'));
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A command that ends as one of Slurm's did. */
function command(stderr: string): void {
  writeFileSync(join(folder, 'sask'), `#!/bin/sh\ncat >&2 <<'END'\n${stderr}\nEND\nexit 1\n`);
  chmodSync(join(folder, 'sask'), 0o755);
}

describe('what Slurm cannot do is said in a sentence', () => {
  // As Slurm 22.05 prints them.
  const unconfigured = `scontrol: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host
scontrol: error: fetch_config: DNS SRV lookup failed
scontrol: error: _establish_config_source: failed to fetch config
scontrol: fatal: Could not establish a configuration source`;
  it.each([
    [unconfigured, /^sask: Slurm is installed but not configured here: [^\n]*SLURM_CONF$/],
    ['slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)', /^sask: [^\n]*does not answer/],
    ['sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received', /does not answer/],
    ['sask: error: If munged is up, restart with --num-threads=10\nsask: error: Munge encode failed', /^sask: munge/],
  ])('%s', async (stderr, sentence) => {
    command(stderr);
    await expect(slurm('sask', [])).rejects.toMatchObject({ message: expect.stringMatching(sentence), exitCode: 69 });
  });

  it('with its own words where they are about the job', async () => {
    command('sbatch: error: invalid partition specified: nowhere');
    const message = 'sask: sbatch: error: invalid partition specified: nowhere';
    await expect(slurm('sask', [])).rejects.toMatchObject({ message, exitCode: 1 });
  });

  it('where it is not installed', async () => {
    const message = expect.stringMatching(/^snothing: Slurm is not installed here; .*alc job-script/);
    await expect(slurm('snothing', [])).rejects.toMatchObject({ message, exitCode: 69 });
  });
});

it('a job around us leaks nothing but where Slurm is configured', () => {
  vi.stubEnv('SLURM_CPU_BIND', 'quiet');
  vi.stubEnv('SBATCH_TIMELIMIT', '5');
  vi.stubEnv('SLURM_CONF', '/etc/slurm.conf');
  const names = Object.keys(environment()).filter((name) => /^(SLURM|SBATCH)/.test(name));
  expect(names).toEqual(['SLURM_CONF']);
});
