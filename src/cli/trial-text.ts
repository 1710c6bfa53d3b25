// One trial for people, in sections; those that have nothing to say are left out.

import { columns } from '../analysis/columns.ts';
import { outline } from '../analysis/outline.ts';
import { plot } from '../analysis/plot.ts';
import type { Status } from '../cluster/status.ts';
import { showNumber } from '../reports/showNumber.ts';
import { isJsonObject, type Json, numberFrom } from '../storage/json.ts';
import { CONFIGURATION } from '../storage/trialFiles.ts';
import type { StoredTrial } from '../storage/trials.node.ts';
import type { Info } from '../trainable.ts';
import { showSeconds } from './duration.ts';
import { showLoss } from './outcome.ts';

export interface TrialFacts {
  readonly trial: StoredTrial;
  readonly status: Status;
  readonly log: readonly Info[];
  /** The text of cfg.mjs. */
  readonly cfg: string;
  /** Keys of the log. */
  readonly plotted: readonly string[];
  /** Characters of a line. */
  readonly width: number;
}

const INDENT = '  ';
const CURVE_LINES = 12;

export function trialText({ trial, status, log, cfg, plotted, width }: TrialFacts): string {
  const { directory, report, run, unreadable } = trial;
  const note = unreadable === undefined ? [] : ['', `not read, for it is executed by alc run alone: ${unreadable}`];
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [directory, [standing(trial, status)]],
    [CONFIGURATION, [...cfg.trim().split('\n'), ...note]],
    ['log', numbersTable(log)],
    ['learning curve', curve(log, plotted, width - INDENT.length)],
    ['report', report === undefined ? [] : members(report)],
    ['lineage', lineageTable(run?.lineage)],
    ['provenance', provenance(run)],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `${INDENT}${line}`.trimEnd()).join('\n')}\n`)
    .join('\n');
}

function standing({ step, bestLoss, run }: StoredTrial, { state, where, job, reason }: Status): string {
  const seconds = numberFrom(run?.seconds);
  const facts = [
    [state, where && `on ${where}`, job && `in job ${job}`].filter(Boolean).join(' '),
    step === null ? '' : `step ${step}`,
    bestLoss === null ? '' : `best validation loss ${showLoss(bestLoss)}`,
    seconds === undefined ? '' : `${showSeconds(seconds)} of training`,
    reason ?? '',
  ];
  return facts.filter((fact) => fact !== '').join(', ');
}

interface Reading {
  readonly step: number;
  readonly value: number;
}

/** Of each number of the log: at first, the least and the most with their steps, and at last. */
function numbersTable(log: readonly Info[]): string[] {
  const keys = new Set(log.flatMap((info) => Object.keys(info).filter((key) => typeof info[key] === 'number')));
  const rows = [...keys]
    .filter((key) => key !== 'step' && key !== 'epoch')
    .map((key) => {
      const readings = log.flatMap(({ step, [key]: value }) => (typeof value === 'number' ? [{ step, value }] : []));
      const [least, most] = extremes(readings);
      return [key, ...[readings[0], least].map(shown), at(least), shown(most), at(most), shown(readings.at(-1))];
    });
  return rows.length === 0 ? [] : columns([['', 'first', 'least', 'at step', 'most', 'at step', 'last'], ...rows], 7);
}

/** The first of the least and the first of the most, of those that are finite. */
function extremes(readings: readonly Reading[]): [Reading | undefined, Reading | undefined] {
  let least: Reading | undefined;
  let most: Reading | undefined;
  for (const reading of readings) {
    if (!Number.isFinite(reading.value)) continue;
    if (!least || reading.value < least.value) least = reading;
    if (!most || reading.value > most.value) most = reading;
  }
  return [least, most];
}

function shown(reading: Reading | undefined): string {
  return reading ? showNumber(reading.value) : '';
}

function at(reading: Reading | undefined): string {
  return reading ? `${reading.step}` : '';
}

function curve(log: readonly Info[], keys: readonly string[], width: number): string[] {
  const series = keys.map((key) => ({
    name: key,
    points: log.flatMap(({ step, [key]: value }) => (typeof value === 'number' ? [[step, value] as const] : [])),
  }));
  const present = series.filter(({ points }) => points.length > 0);
  return plot(present, 'step', { width, height: CURVE_LINES });
}

function members(value: Json): string[] {
  if (!isJsonObject(value)) return outline('value', value);
  return Object.entries(value).flatMap(([key, member]) => outline(key, member));
}

/** The runs that continued each other. */
function lineageTable(lineage: Json | undefined): string[] {
  const runs = Array.isArray(lineage) ? lineage.filter(isJsonObject) : [];
  const rows = runs.map(({ started, ended, host, pid, node, fromStep, step, end, error }) => [
    text(fromStep),
    text(step),
    text(end),
    text(started),
    typeof started === 'string' && typeof ended === 'string'
      ? showSeconds((Date.parse(ended) - Date.parse(started)) / 1000)
      : '',
    `${text(host)}, process ${text(pid)}`,
    `Node.js ${text(node)}`,
    text(error).split('\n')[0] ?? '',
  ]);
  const titles = ['from step', 'to step', 'end', 'started', 'took', 'on', 'with', 'error'];
  return rows.length === 0 ? [] : columns([titles, ...rows]);
}

/** What run.json says of where results come from. */
function provenance(run: StoredTrial['run']): string[] {
  if (!run) return [];
  const { state, seconds, lineage, ...facts } = run;
  return members(facts);
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
