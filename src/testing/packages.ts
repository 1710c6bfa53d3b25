// Debian's packages, for what tests need besides Node.js.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @throws where they cannot be installed */
export async function installPackages(title: string, packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const isRoot = process.getuid?.() === 0;
  const apt = (...args: readonly string[]) =>
    isRoot ? run('apt-get', args, { env }) : run('sudo', ['-n', 'apt-get', ...args], { env });
  const install = () => apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  try {
    // The list of packages may be old, or there may be none.
    await install().catch(() => apt('update', '-q').then(install));
  } catch (cause) {
    throw new Error(`${title} is missing and could not be installed (${packages.join(' ')}): ${cause}`, { cause });
  }
}
