// What the page and its workers say to each other. A worker answers calls; a run also sends events.

import type { Json } from 'alchemie/browser';

/** Everything that decides what is trained: it stands in links. */
export interface SetChoice {
  /** Id of the experiment. */
  readonly experiment: string;
  /** Of the experiment; each configuration has its own, drawn from it. */
  readonly seed: number;
  /** What differs from the module's search space: source of a list of options, or of [low, high], by path. */
  readonly space: Readonly<Record<string, string>>;
}

/** A parameter that is drawn. */
export type Field =
  | { readonly path: string; readonly kind: 'choice'; readonly options: readonly string[] }
  | {
      readonly path: string;
      readonly kind: 'range';
      readonly low: number;
      readonly high: number;
      readonly isLog: boolean;
    };

/** Of an experiment in the plane: points, coordinates in turn, and their classes. */
export interface Points {
  readonly places: Float32Array;
  readonly classes: Uint8Array;
}

export interface Description {
  readonly fields: readonly Field[];
  /** Points in the plane, or images of 28 × 28, by what the experiment is about. */
  readonly points?: Points;
  readonly images?: Uint8Array;
  /** Why its data cannot be had. */
  readonly missing?: string;
}

export type TrialState = 'new' | 'running' | 'interrupted' | 'finished' | 'diverged' | 'failed';

export interface LogLine {
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
}

export interface TrialFacts {
  readonly index: number;
  readonly state: TrialState;
  readonly seed: number;
  /** Source of each parameter that is drawn, by its path. */
  readonly pars: Readonly<Record<string, string>>;
  readonly log: readonly LogLine[];
  readonly step: number;
  readonly bestLoss: number;
  /** Of the state at the end. */
  readonly sha256: string | null;
  readonly seconds: number;
  /** Checkpoints that are kept, newest last. */
  readonly checkpoints: readonly number[];
  readonly report: Json;
  /** What is wrong with it. */
  readonly error?: string;
}

export interface SetFacts {
  /** The name of its location. */
  readonly name: string;
  readonly choice: SetChoice;
  readonly trials: readonly TrialFacts[];
}

/** What a model has learnt, as pictures: grey values of one square, or of several. */
export interface Picture {
  readonly kind: 'surface' | 'weights';
  /** Pixels on a side. */
  readonly side: number;
  readonly count: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

export interface Progress {
  readonly step: number;
  /** Of the log, since the last time. */
  readonly lines: readonly LogLine[];
  readonly picture?: Picture;
}

export interface RunOrder {
  readonly set: string;
  readonly index: number;
  /** Steps per second, at most. */
  readonly speed: number;
  /** Come back after so many steps. */
  readonly steps?: number;
  readonly acceptChanged?: boolean;
}

/** Hears of a run on the way. */
export interface Listener {
  readonly progressed: (progress: Progress) => void;
  /** What a user should know, in a sentence; of what is amiss it begins with `warning:`. */
  readonly noticed: (notice: string) => void;
}

/** The calls that a worker answers. */
export interface Calls {
  describe(experiment: string): Description;
  open(choice: SetChoice): SetFacts;
  openByName(name: string): SetFacts;
  sets(): readonly { readonly name: string; readonly choice: SetChoice; readonly trials: number }[];
  create(choice: SetChoice, name: string, amount: number): SetFacts;
  fork(name: string, index: number, checkpoint: number, changes: Readonly<Record<string, string>>): TrialFacts;
  remove(name: string): void;
  look(name: string, index: number): Picture | undefined;
  predict(name: string, index: number, input: Float32Array): Float32Array;
  pack(name: string, indices: readonly number[]): Uint8Array<ArrayBuffer>;
  unpack(archive: Uint8Array<ArrayBuffer>, name: string, fallback: SetChoice): SetFacts;
  storeData(name: string, bytes: Uint8Array<ArrayBuffer>): void;
  storage(): { readonly kind: string };
  run(order: RunOrder): TrialFacts;
  /** Of the run that goes on; nothing is answered before it is known there. */
  pause(): void;
  pace(speed: number): void;
}

export type Call = {
  [Name in keyof Calls]: { readonly id: number; readonly name: Name; readonly args: Parameters<Calls[Name]> };
}[keyof Calls];

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly isLocked: boolean; readonly isChanged: boolean }
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly notice: string }
  | { readonly isReady: true };
