// The state of the page: everything that a reader has chosen, kept in the address behind `#`.

import type { BandKind } from './series.ts';

export interface Brush {
  /** In the axis's own terms: numbers, or places of categories. */
  readonly low: number;
  readonly high: number;
}

export interface View {
  /** Key of what configurations are compared by. */
  readonly result: string;
  readonly larger: boolean;
  /** Key of what marks are coloured by. */
  readonly color: string;
  readonly filter: string;
  readonly brushes: ReadonlyMap<string, Brush>;
  readonly sort: string;
  readonly descending: boolean;
  /** '' for single configurations, '*' for those that agree in all parameters, or the key of one parameter. */
  readonly group: string;
  readonly curve: string;
  readonly along: string;
  readonly logX: boolean;
  readonly logY: boolean;
  /** What is shown of the curves of a group beside their mean. */
  readonly band: BandKind;
  /** Share of the past in the moving average of curves, from 0 to 0.99. */
  readonly smoothing: number;
  readonly scatterX: string;
  readonly scatterY: string;
  /** Indices of the configurations that are shown whole. */
  readonly show: readonly number[];
  readonly scheme: 'auto' | 'light' | 'dark';
}

/** Nothing chosen. */
export const blank: View = {
  result: '',
  larger: false,
  color: '',
  filter: '',
  brushes: new Map(),
  sort: '',
  descending: false,
  group: '',
  curve: '',
  along: '',
  logX: false,
  logY: false,
  band: 'range',
  smoothing: 0,
  scatterX: '',
  scatterY: '',
  show: [],
  scheme: 'auto',
};

/**
 * As few words as can be: only what differs from the defaults.
 *
 * @param usualResult what configurations are compared by if nothing is said
 * @param defaults what follows from the result
 */
export function toHash(view: View, usualResult: string, defaults: View): string {
  const words = new URLSearchParams();
  const usual = new Map(Object.entries({ ...defaults, result: usualResult }));
  for (const [key, value] of Object.entries(view)) {
    if (key !== 'brushes' && String(value) !== String(usual.get(key))) words.set(key, String(value));
  }
  for (const [key, { low, high }] of view.brushes) words.set(`brush.${key}`, `${low}..${high}`);
  return words.toString();
}

/** What is not understood is left as it was: an address may be mistyped. */
export function fromHash(hash: string, usualResult: string, defaultsOf: (result: string) => View): View {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const defaults = defaultsOf(words.get('result') ?? usualResult);
  const text = (key: keyof View, usual: string): string => words.get(key) ?? usual;
  const flag = (key: keyof View, usual: boolean): boolean =>
    words.get(key) === 'true' || (usual && words.get(key) !== 'false');
  const smoothing = Number(words.get('smoothing') ?? defaults.smoothing);
  const band = words.get('band');
  const scheme = words.get('scheme');
  const show = words.get('show');
  return {
    result: defaults.result,
    larger: flag('larger', defaults.larger),
    color: text('color', defaults.color),
    filter: text('filter', defaults.filter),
    brushes: new Map([...words].flatMap(brushOf)),
    sort: text('sort', defaults.sort),
    descending: flag('descending', defaults.descending),
    group: text('group', defaults.group),
    curve: text('curve', defaults.curve),
    along: text('along', defaults.along),
    band: band === 'range' || band === 'quartiles' ? band : defaults.band,
    logX: flag('logX', defaults.logX),
    logY: flag('logY', defaults.logY),
    smoothing: smoothing >= 0 && smoothing <= 0.99 ? smoothing : defaults.smoothing,
    scatterX: text('scatterX', defaults.scatterX),
    scatterY: text('scatterY', defaults.scatterY),
    show: show === null ? defaults.show : show.split(',').filter(Boolean).map(Number).filter(Number.isSafeInteger),
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : defaults.scheme,
  };
}

function brushOf([word, value]: readonly [string, string]): [string, Brush][] {
  const [low, high] = value.split('..').map(Number);
  if (!word.startsWith('brush.') || low === undefined || high === undefined || !(low <= high)) return [];
  return [[word.slice('brush.'.length), { low, high }]];
}
