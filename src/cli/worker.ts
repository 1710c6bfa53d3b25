// A process of a pool: loads the module once, then runs configurations one after the other, as it is told.

import { once } from 'node:events';
import type { Ending, FromWorker, RunOrder, ToWorker } from '../cluster/messages.ts';
import { sharingData } from '../cluster/sharedData.ts';
import { LockError, UserError } from '../errors.ts';
import { SIGNALS } from './interruption.ts';
import { messageOf } from './message.ts';
import { printingInto } from './output.ts';
import { tell } from './print.ts';
import { sha256Hex } from './provenance.ts';
import { type LoadedModule, loadModule, type Run, runConfiguration } from './run-configuration.ts';
import { withStrayErrors } from './stray.ts';

/** How `alc` is called to be a worker. */
export const WORKER = 'pool-worker';

/** Resolves when the pool has nothing more to do, or is no more; what was running then has been saved. */
export async function serve(): Promise<void> {
  const { channel } = process;
  if (!channel) throw new UserError(`alc ${WORKER}: is started by a pool; use alc run`);
  let reason: string | undefined;
  const interrupt = (why: string): void => {
    reason ??= why;
  };
  // The terminal tells every process of a group, and the pool tells us, too: it is one and the same request.
  for (const signal of SIGNALS) process.on(signal, () => interrupt(signal));
  const ended = once(process, 'disconnect').then(() => interrupt('the end of its pool'));

  let loading: Promise<LoadedModule> | undefined;
  const obey = async (order: RunOrder): Promise<void> => {
    // If all that is left to wait for is a promise that nobody will keep, the process ends, and the pool hears of it.
    channel.unref();
    loading ??= withStrayErrors(order.module, () => loadShared(order.module));
    const loaded = await loading.catch(refuse);
    if (loaded) {
      const ending = await run(loaded, order, () => reason);
      say({ type: 'ended', ending, isReusable: reason === undefined && loaded.experiment.isolated !== true });
    }
    channel.ref();
  };
  let work = Promise.resolve();
  process.on('message', (message: ToWorker) => {
    if (message.type === 'interrupt') interrupt(message.reason);
    else work = work.then(() => obey(message));
  });
  await ended;
  await work;
}

/** For one configuration after the other: data that the next one would load again are not loaded again. */
async function loadShared(path: string): Promise<LoadedModule> {
  const module = await loadModule(path);
  const loadData = sharingData(module.experiment, sha256Hex);
  return { ...module, experiment: Object.create(module.experiment, { loadData: { value: loadData } }) };
}

function refuse(error: unknown): undefined {
  const exitCode = error instanceof UserError ? error.exitCode : 1;
  say({ type: 'refused', message: messageOf(error), exitCode });
}

async function run(
  module: LoadedModule,
  { directory, settings }: RunOrder,
  reason: () => string | undefined,
): Promise<Ending> {
  const asked = reason();
  if (asked !== undefined) return { state: 'untouched', reason: asked };
  const close = printingInto(directory);
  try {
    const notice = (text: string): void => say({ type: 'notice', text });
    const interruption = { reason };
    const configuration = { module, directory, settings, interruption, notice };
    const run = await withStrayErrors(directory, () => runConfiguration(configuration));
    return endingOf(run, reason());
  } catch (error) {
    if (error instanceof LockError) return { state: 'locked', message: error.message };
    if (!(error instanceof UserError)) tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { state: 'failed', message: messageOf(error) };
  } finally {
    close();
  }
}

function endingOf(run: Run, reason: string | undefined): Ending {
  if ('stored' in run) return { state: 'over', hasDiverged: run.stored.state === 'diverged' };
  if ('waitedFor' in run) return { state: 'untouched', reason: run.waitedFor };
  const { outcome } = run;
  return { state: outcome.state, outcome, ...(reason !== undefined && { reason }) };
}

function say(message: FromWorker): void {
  // A pool that is no more need not be told.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
