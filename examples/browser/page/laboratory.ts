// What the page knows and does, apart from how it looks.

import type { Description, LogLine, Picture, SetChoice, SetFacts, TrialFacts } from '../worker/messages.ts';
import { type Link, readLink, writeLink } from './link.ts';
import { Pool } from './pool.ts';
import { Remote, RemoteError } from './remote.ts';

/** A configuration on the page. */
export interface Trial {
  facts: TrialFacts;
  phase: 'idle' | 'waiting' | 'running';
  step: number;
  log: LogLine[];
  picture: Picture | undefined;
  /** Counts pictures. */
  pictures: number;
  stepsPerSecond: number;
  error: RemoteError | undefined;
}

interface Watcher {
  readonly update: () => void;
  readonly interval: number;
  dueAt: number;
}

export const FULL_SPEED = Number.POSITIVE_INFINITY;

export class Laboratory {
  readonly #keeper = new Remote();
  readonly #pool = new Pool();
  readonly #descriptions = new Map<string, Description>();
  readonly #watchers: Watcher[] = [];
  #isScheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #trainings = new Set<Promise<void>>();
  #loading = 0;
  link: Link = readLink(location.hash);
  set: SetFacts | undefined;
  trials: readonly Trial[] = [];
  sets: readonly { readonly name: string; readonly choice: SetChoice; readonly trials: number }[] = [];
  selected: number | undefined;
  speed: number = 200;
  /** Where the browser keeps files. */
  storage = '';
  /** What was done last, for everybody to see and hear. */
  notice = '';
  isFailure = false;

  constructor() {
    this.#pool.speed = this.speed;
  }

  /**
   * Calls `update` before the next picture is drawn whenever something has changed.
   *
   * @param interval milliseconds, at least, from one call to the next
   */
  watch(update: () => void, interval = 0): void {
    this.#watchers.push({ update, interval, dueAt: 0 });
  }

  changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#update());
  }

  #update(): void {
    this.#isScheduled = false;
    const now = performance.now();
    const late = this.#watchers.filter(({ dueAt }) => dueAt > now);
    for (const watcher of this.#watchers) {
      if (late.includes(watcher)) continue;
      watcher.update();
      watcher.dueAt = now + watcher.interval;
    }
    if (late.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.changed(), Math.min(...late.map(({ dueAt }) => dueAt)) - now);
  }

  get description(): Description | undefined {
    return this.#descriptions.get(this.link.choice.experiment);
  }

  descriptionOf(experiment: string): Description | undefined {
    return this.#descriptions.get(experiment);
  }

  get current(): Trial | undefined {
    return this.trials.find(({ facts }) => facts.index === this.selected);
  }

  /** The finite loss that is the smallest. */
  get best(): Trial | undefined {
    const sound = this.trials.filter((trial) => Number.isFinite(bestLossOf(trial)));
    return sound.toSorted((a, b) => bestLossOf(a) - bestLossOf(b))[0];
  }

  get isBusy(): boolean {
    return this.trials.some(({ phase }) => phase !== 'idle');
  }

  async begin(experiments: readonly string[]): Promise<void> {
    await this.open();
    await this.#doing(async () => {
      this.storage = (await this.#keeper.call('storage')).kind;
      await this.#listSets();
      for (const id of experiments) await this.describe(id);
    });
  }

  async describe(experiment: string): Promise<void> {
    this.#descriptions.set(experiment, await this.#keeper.call('describe', experiment));
    this.changed();
  }

  /** Shows the set that the link leads to. */
  async open(): Promise<void> {
    await this.#doing(async () => {
      const { choice, set } = this.link;
      const loading = ++this.#loading;
      if (!this.#descriptions.has(choice.experiment)) await this.describe(choice.experiment);
      const found = await (set === undefined
        ? this.#keeper.call('open', choice)
        : this.#keeper.call('openByName', set));
      if (loading === this.#loading) await this.#show(found);
    });
  }

  /** Follows another link. What is being trained is saved, and comes back. */
  async follow(link: Link): Promise<void> {
    this.pause();
    this.link = link;
    history.replaceState(null, '', writeLink(link));
    this.selected = undefined;
    this.changed();
    await this.open();
  }

  async create(): Promise<void> {
    await this.#doing(async () => {
      if (!this.set) return;
      const { choice, name } = this.set;
      const before = this.trials.length;
      await this.#show(await this.#keeper.call('create', choice, name, this.link.amount), true);
      history.replaceState(null, '', writeLink(this.link));
      this.#tell(`Created ${this.trials.length - before} configurations.`);
      await this.#listSets();
    });
  }

  async remove(): Promise<void> {
    await this.#doing(async () => {
      const name = this.set?.name;
      if (name === undefined) return;
      this.pause();
      // Who still saves would bring a part of it back.
      await Promise.all(this.#trainings);
      await this.#keeper.call('remove', name);
      await this.#listSets();
      this.#tell(`Removed ${name}.`);
    });
    const { set, ...link } = this.link;
    await this.follow(link);
  }

  trainAll(): void {
    for (const { facts } of this.trials) if (!isOver(facts)) void this.train(facts.index);
  }

  /** @param options.steps come back after so many */
  train(index: number, options: { steps?: number; acceptChanged?: boolean } = {}): Promise<void> {
    const training = this.#train(index, options).finally(() => this.#trainings.delete(training));
    this.#trainings.add(training);
    return training;
  }

  async #train(
    index: number,
    { steps, acceptChanged = false }: { steps?: number; acceptChanged?: boolean },
  ): Promise<void> {
    const trial = this.#trial(index);
    const set = this.set?.name;
    if (!trial || set === undefined || trial.phase !== 'idle' || isOver(trial.facts)) return;
    trial.phase = 'waiting';
    trial.error = undefined;
    this.changed();
    const order = { set, index, acceptChanged, ...(steps !== undefined && { steps }) };
    let counted = { step: trial.step, at: performance.now() };
    try {
      const facts = await this.#pool.run(order, {
        begun: () => {
          trial.phase = 'running';
          counted = { step: trial.step, at: performance.now() };
          this.changed();
        },
        progressed: ({ step, lines, picture }) => {
          trial.step = step;
          // A run that goes on from a checkpoint makes again what came after it.
          const first = lines[0]?.step ?? step + 1;
          while ((trial.log.at(-1)?.step ?? 0) >= first) trial.log.pop();
          trial.log.push(...lines);
          if (picture) this.#draw(trial, picture);
          const elapsed = performance.now() - counted.at;
          if (elapsed > 500) {
            trial.stepsPerSecond = (1000 * (step - counted.step)) / elapsed;
            counted = { step, at: performance.now() };
          }
          this.changed();
        },
        noticed: (notice) => this.#tell(`Configuration ${index}: ${notice}`, notice.startsWith('warning:')),
      });
      if (facts) this.#take(trial, facts);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      trial.error = error;
      this.#tell(`Configuration ${index}: ${error.message}`, true);
    } finally {
      trial.phase = 'idle';
      trial.stepsPerSecond = 0;
      this.changed();
    }
  }

  /** One configuration, or all. */
  pause(index?: number): void {
    this.#pool.pause((order) => index === undefined || order.index === index);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#pool.speed = speed;
    this.changed();
  }

  dismiss(): void {
    this.notice = '';
    this.changed();
  }

  select(index: number | undefined): void {
    this.selected = index;
    this.changed();
  }

  async fork(index: number, checkpoint: number, changes: Readonly<Record<string, string>>): Promise<void> {
    await this.#doing(async () => {
      const name = this.set?.name;
      if (name === undefined) return;
      const facts = await this.#keeper.call('fork', name, index, checkpoint, changes);
      this.trials = [...this.trials, trialOf(facts)];
      this.selected = facts.index;
      this.#tell(`Configuration ${facts.index} goes on from configuration ${index}.`);
      void this.train(facts.index, { acceptChanged: true });
    });
  }

  async pack(indices: readonly number[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#doing(async () => {
      const name = this.set?.name;
      return name === undefined ? undefined : this.#keeper.call('pack', name, indices);
    });
  }

  /** Takes up what was dropped: archives of runs, files of data sets. */
  async take(files: readonly File[]): Promise<void> {
    await this.#doing(async () => {
      for (const file of files) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        if (/\.zip$/i.test(file.name)) {
          const set = await this.#keeper.call('unpack', bytes, file.name, this.link.choice);
          this.pause();
          this.link = { choice: set.choice, amount: this.link.amount, set: set.name };
          history.replaceState(null, '', writeLink(this.link));
          if (!this.#descriptions.has(set.choice.experiment)) await this.describe(set.choice.experiment);
          await this.#show(set);
          await this.#listSets();
          this.#tell(`${file.name}: ${set.trials.length} configurations, ready to go on.`);
        } else {
          await this.#keeper.call('storeData', file.name, bytes);
          this.#tell(`${file.name} is kept in this browser.`);
          await this.describe('mnist');
        }
      }
    });
  }

  /** Probabilities of the ten digits. */
  async predict(index: number, input: Float32Array): Promise<Float32Array | undefined> {
    const name = this.set?.name;
    if (name === undefined) return undefined;
    return (this.#pool.workerOf(name, index) ?? this.#keeper)
      .call('predict', name, index, input)
      .catch(() => undefined);
  }

  async #show(set: SetFacts, keep = false): Promise<void> {
    const known = new Map(keep ? this.trials.map((trial) => [trial.facts.index, trial]) : []);
    this.set = set;
    this.trials = set.trials.map((facts) => known.get(facts.index) ?? trialOf(facts));
    this.selected ??= this.best?.facts.index ?? set.trials[0]?.index;
    this.changed();
    for (const trial of this.trials) {
      const { index, checkpoints } = trial.facts;
      if (trial.picture || checkpoints.length === 0 || trial.phase === 'running') continue;
      const picture = await this.#keeper.call('look', set.name, index).catch(() => undefined);
      if (picture && this.set?.name === set.name) this.#draw(trial, picture);
    }
  }

  #draw(trial: Trial, picture: Picture): void {
    trial.picture = picture;
    trial.pictures++;
    this.changed();
  }

  #take(trial: Trial, facts: TrialFacts): void {
    trial.facts = facts;
    trial.step = Math.max(trial.step, facts.step);
    trial.log = [...facts.log];
    if (facts.state === 'finished') this.#tell(`Configuration ${facts.index} is finished.`);
  }

  async #listSets(): Promise<void> {
    this.sets = await this.#keeper.call('sets');
    this.changed();
  }

  #trial(index: number): Trial | undefined {
    return this.trials.find(({ facts }) => facts.index === index);
  }

  /** Good news pass by themselves. */
  #tell(notice: string, isFailure = false): void {
    this.notice = notice;
    this.isFailure = isFailure;
    this.changed();
    if (isFailure) return;
    setTimeout(() => {
      if (this.notice === notice) this.dismiss();
    }, 4000);
  }

  async #doing<T>(deed: () => Promise<T>): Promise<T | undefined> {
    try {
      return await deed();
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error), true);
      return undefined;
    }
  }
}

function trialOf(facts: TrialFacts): Trial {
  return {
    facts,
    phase: 'idle',
    step: facts.step,
    log: [...facts.log],
    picture: undefined,
    pictures: 0,
    stepsPerSecond: 0,
    error: undefined,
  };
}

export function isOver({ state }: TrialFacts): boolean {
  return state === 'finished' || state === 'diverged';
}

export function bestLossOf({ facts, log }: Trial): number {
  return log.reduce((best, { valLoss }) => (valLoss < best ? valLoss : best), facts.bestLoss);
}
