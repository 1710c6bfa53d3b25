// The view and its words behind `#`.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHash, toHash, type View } from './view.ts';

const defaultsOf = (result: string): View => ({
  result,
  larger: result === 'accuracy',
  color: result,
  filter: '',
  brushes: new Map(),
  sort: '',
  descending: false,
  group: '',
  curve: 'valLoss',
  along: 'step',
  logX: false,
  logY: true,
  band: 'range',
  smoothing: 0,
  scatterX: 'pars.rate',
  scatterY: result,
  show: [3],
  scheme: 'auto',
});
const there = (view: View): string => toHash(view, 'loss', defaultsOf(view.result));
const back = (hash: string): View => fromHash(`#${hash}`, 'loss', defaultsOf);

const brush = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 50 }));
const views = fc
  .record({
    result: fc.constantFrom('loss', 'accuracy'),
    larger: fc.boolean(),
    color: fc.string(),
    filter: fc.string(),
    brushes: fc.dictionary(fc.string({ minLength: 1 }), brush),
    sort: fc.string(),
    descending: fc.boolean(),
    group: fc.string(),
    logX: fc.boolean(),
    logY: fc.boolean(),
    band: fc.constantFrom('range', 'quartiles'),
    smoothing: fc.integer({ min: 0, max: 99 }).map((n) => n / 100),
    show: fc.array(fc.nat()),
    scheme: fc.constantFrom('auto', 'light', 'dark'),
  })
  .map(
    ({ brushes, ...view }): View => ({
      ...defaultsOf(view.result),
      ...view,
      brushes: new Map(Object.entries(brushes).map(([key, [low, width]]) => [key, { low, high: low + width }])),
    }),
  );

describe('a view', () => {
  it('comes back from the address as it was', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(back(there(view))).toEqual(view);
      }),
    );
  });

  it('that is the usual one needs no words, and the others few', () => {
    expect(there(defaultsOf('loss'))).toBe('');
    expect(there(defaultsOf('accuracy'))).toBe('result=accuracy');
    expect(there({ ...defaultsOf('loss'), smoothing: 0.5 })).toBe('smoothing=0.5');
  });

  it.each([
    'smoothing=2',
    'smoothing=x',
    'scheme=pink',
    'band=wide',
    'brush.a=3',
    'brush.a=4..2',
    'nonsense',
    'logX',
  ])('is the usual one where %s makes no sense', (hash) => expect(back(hash)).toEqual(defaultsOf('loss')));

  it('shows what can be configurations', () => {
    expect(back('show=1,x,2.5,1e99,7').show).toEqual([1, 7]);
    expect(back('show=').show).toEqual([]);
  });
});
