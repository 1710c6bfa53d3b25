// A real Slurm on this machine alone: slurmctld, a slurmd for each of several pretended nodes, and munged, all on loopback,
// with configuration, keys, ports and spool of their own; no systemd, no cgroups, nothing in /etc. From Debian's packages,
// which are installed if they are missing.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from './packages.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const PACKAGES = ['slurmctld', 'slurmd', 'slurm-client', 'munge'];

/** @throws where Slurm is missing and cannot be installed */
export async function installSlurm(): Promise<void> {
  const commands = ['slurmctld', 'slurmd', 'sbatch', 'srun', 'munged'];
  const isThere = (command: string): boolean => PATH.split(':').some((folder) => existsSync(join(folder, command)));
  if (!commands.every(isThere)) await installPackages('Slurm', PACKAGES);
}

/** Whether it is a failure if there is no Slurm: wherever Debian's packages can be had by everybody who runs the tests. */
export const isSlurmRequired = Boolean(process.env.CI);

export class SlurmCluster {
  /** For every process that is to know this cluster. */
  readonly env: Readonly<Record<string, string>>;
  readonly #root: string;
  readonly #daemons: ChildProcess[] = [];
  readonly #nodes = new Map<string, ChildProcess>();

  private constructor(root: string) {
    this.#root = root;
    this.env = { SLURM_CONF: join(root, 'slurm.conf'), PATH };
  }

  /** @param nodes each pretends to have 4 processors */
  static async start(nodes: number, settings: string): Promise<SlurmCluster> {
    await installSlurm();
    const root = mkdtempSync(join(tmpdir(), 'alc-slurm-'));
    const cluster = new SlurmCluster(root);
    try {
      await cluster.#start(nodes, settings);
    } catch (error) {
      const logs = ['munged', 'slurmctld', 'slurmd.n1'].map((name) => cluster.#log(name));
      await cluster.stop();
      throw new Error(`Slurm did not start: ${error}\n${logs.join('\n')}`, { cause: error });
    }
    return cluster;
  }

  async #start(nodes: number, settings: string): Promise<void> {
    const root = this.#root;
    for (const folder of ['', 'munge', 'state', 'spool', 'log']) {
      mkdirSync(join(root, folder), { recursive: true });
      // munged refuses a socket in a folder that others cannot enter.
      chmodSync(join(root, folder), 0o755);
    }
    writeFileSync(join(root, 'munge/key'), randomBytes(128), { mode: 0o400 });
    writeFileSync(join(root, 'slurm.conf'), configuration(root, nodes, settings));
    const at = (path: string): string => join(root, 'munge', path);
    const munged = this.#daemon('munged', [
      '--foreground',
      `--key-file=${at('key')}`,
      `--socket=${at('socket')}`,
      `--pid-file=${at('pid')}`,
      `--seed-file=${at('seed')}`,
      `--log-file=${at('log')}`,
    ]);
    await until('munged', () => existsSync(at('socket')), { child: munged });
    this.#daemon('slurmctld', ['-D', '-c']);
    for (let i = 1; i <= nodes; i++) this.startNode(`n${i}`);
    await until('its nodes', async () => {
      const idle = await this.command('sinfo', '-h', '-N', '-p', 'main', '-t', 'idle', '-o', '%N').catch(() => '');
      return new Set(idle.split('\n')).size === nodes;
    });
  }

  /** What a command of Slurm prints. */
  async command(name: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(name, args, { env: { ...process.env, ...this.env } });
    return stdout.trim();
  }

  startNode(name: string): void {
    this.#nodes.set(name, this.#daemon('slurmd', ['-D', '-N', name], `slurmd.${name}`));
  }

  /** All processes of a node are gone at once. */
  crashNode(name: string): void {
    const daemon = this.#nodes.get(name);
    const steps = this.#steps().filter((pid) =>
      opens(pid, join(this.#root, 'spool', name), join(this.#root, `log/slurmd.${name}.log`)),
    );
    for (const pid of [daemon?.pid ?? 0, ...steps.flatMap((pid) => [...descendants(pid), pid])]) kill(pid);
  }

  async stop(): Promise<void> {
    await this.command('scancel', '--full', `--user=${userInfo().uid}`).catch(() => {});
    await until('the end of all jobs', async () => (await this.command('squeue', '-h').catch(() => '')) === '', {
      seconds: 20,
    }).catch(() => {});
    for (const daemon of this.#daemons.toReversed()) daemon.kill('SIGTERM');
    await Promise.race([
      Promise.all(
        this.#daemons.map(
          (daemon) => daemon.exitCode ?? daemon.signalCode ?? new Promise((end) => daemon.once('exit', end)),
        ),
      ),
      sleep(5000),
    ]);
    for (const daemon of this.#daemons) daemon.kill('SIGKILL');
    for (const pid of this.#steps()) kill(pid);
    rmSync(this.#root, { recursive: true, force: true });
  }

  #daemon(command: string, args: readonly string[], name = command): ChildProcess {
    const output = openSync(join(this.#root, 'log', `${name}.out`), 'a');
    const env = { ...process.env, ...this.env };
    const daemon = spawn(command, args, { env, stdio: ['ignore', output, output], detached: true });
    daemon.on('error', () => {});
    this.#daemons.push(daemon);
    return daemon;
  }

  #log(name: string): string {
    const paths = [`log/${name}.out`, `log/${name}.log`].map((path) => join(this.#root, path));
    return paths
      .filter(existsSync)
      .map((path) => `${path}:\n${readFileSync(path, 'utf8').slice(-2000)}`)
      .join('\n');
  }

  /** The processes that run the steps of our jobs; they outlive slurmd. */
  #steps(): number[] {
    return processes().filter((pid) => {
      const isStep = contents(`/proc/${pid}/cmdline`).startsWith('slurmstepd');
      return isStep && contents(`/proc/${pid}/environ`).split('\0').includes(`SLURM_CONF=${this.env.SLURM_CONF}`);
    });
  }
}

/** Quick where a site's would be patient: a requeued job starts again after `cred_expire`, which is 2 minutes by default. */
function configuration(root: string, nodes: number, settings: string): string {
  const user = userInfo().username;
  const host = hostname().split('.')[0];
  const port = 20_000 + Math.floor((process.pid % 2000) * 10);
  const node = (i: number): string =>
    `NodeName=n${i} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 1 + i} CPUs=4 RealMemory=1000`;
  return `ClusterName=alchemie
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
SlurmctldPort=${port}
SlurmdPort=${port + 1}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${root}/munge/socket,cred_expire=5
StateSaveLocation=${root}/state
SlurmdSpoolDir=${root}/spool/%n
SlurmctldPidFile=${root}/slurmctld.pid
SlurmdPidFile=${root}/slurmd.%n.pid
SlurmctldLogFile=${root}/log/slurmctld.log
SlurmdLogFile=${root}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=1,bf_yield_interval=10000
PriorityType=priority/basic
InactiveLimit=0
KillWait=10
MinJobAge=300
SlurmctldTimeout=10
SlurmdTimeout=5
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
${Array.from({ length: nodes }, (_, i) => node(i + 1)).join('\n')}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=60 State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=low Nodes=ALL MaxTime=INFINITE DefaultTime=60 State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=high Nodes=ALL MaxTime=INFINITE DefaultTime=60 State=UP PriorityTier=20 PreemptMode=OFF
${settings}
`;
}

function processes(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function descendants(parent: number): number[] {
  const children = processes().filter(
    (pid) =>
      Number(
        contents(`/proc/${pid}/stat`)
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      ) === parent,
  );
  return children.flatMap((pid) => [...descendants(pid), pid]);
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process has one of these files, or one below them, open. */
function opens(pid: number, ...paths: readonly string[]): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).map((file) => readlinkSync(`/proc/${pid}/fd/${file}`));
    return [...files, readlinkSync(`/proc/${pid}/cwd`)].some((file) => paths.some((path) => file.startsWith(path)));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {}
}
