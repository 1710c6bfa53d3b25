// Numbers of a report as pictures. What is drawn follows from the shape of nested lists alone:
//
//   [n]                    a line, from eight numbers on
//   [h, w]                 a heat map, from 4 × 4 on; whole numbers up to 20 × 20 are written into it, as counts are
//   [n, h, w]              n heat maps side by side, all of one scale
//   [h, w, 3]              an image in colours, from 4 × 4 on; 0 to 1, or to 255
//   [n, h, w, 1 or 3]      n images
//   [m, n, h, w]           m rows of n heat maps
//
// Zero is the ground's colour; with negative numbers, both signs go the same way from it.

import { between, channels, type Palette } from './colors.ts';
import { h, svg } from './dom.ts';
import { exact, short } from './numbers.ts';
import { extent } from './scale.ts';
import { numberOf } from './trials.ts';

/** Numbers in regular lists. */
export interface Grid {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Undefined of anything else. */
export function gridOf(value: unknown): Grid | undefined {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length === 0 || size === 0) return undefined;
  const values = new Float64Array(size);
  let filled = 0;
  const fill = (part: unknown, depth: number): boolean => {
    if (depth < shape.length) {
      return Array.isArray(part) && part.length === shape[depth] && part.every((inner) => fill(inner, depth + 1));
    }
    const number = numberOf(part);
    if (number !== undefined) values[filled++] = number;
    return number !== undefined;
  };
  return fill(value, 0) ? { shape, values } : undefined;
}

const MOST_TILES = 400;
const PICTURE = 340;

export function picture({ shape, values }: Grid, label: string, palette: Palette): HTMLElement | undefined {
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  const isColor = (channels: number, height: number, width: number): boolean =>
    (channels === 3 || channels === 1) && height >= 4 && width >= 4;
  if (shape.length === 1) return a >= 8 ? sparkline(values, label) : undefined;
  if (shape.length === 2 && a >= 4 && b >= 4) {
    const isCounts = a <= 20 && b <= 20 && values.every((value) => Number.isInteger(value));
    return isCounts
      ? countTable(values, a, b, palette)
      : tiles(values, { count: 1, height: a, width: b }, label, palette);
  }
  if (shape.length === 3 && isColor(c, a, b))
    return tiles(values, { count: 1, height: a, width: b, channels: c }, label, palette);
  if (shape.length === 3) return tiles(values, { count: a, height: b, width: c }, label, palette);
  if (shape.length === 4 && isColor(d, b, c))
    return tiles(values, { count: a, height: b, width: c, channels: d }, label, palette);
  if (shape.length === 4) return tiles(values, { count: a * b, height: c, width: d, across: b }, label, palette);
  return undefined;
}

interface Layout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels?: number;
  readonly across?: number;
}

/** One pixel for each number, enlarged by the browser. */
function tiles(values: Float64Array, layout: Layout, label: string, palette: Palette): HTMLElement {
  const { height, width, channels = 1 } = layout;
  const count = Math.min(layout.count, MOST_TILES);
  const across = Math.min(layout.across ?? Math.ceil(Math.sqrt((count * height) / width)), count);
  const down = Math.ceil(count / across);
  const gap = count > 1 ? 1 : 0;
  const canvas = h('canvas', {
    width: across * (width + gap) - gap,
    height: down * (height + gap) - gap,
    role: 'img',
    'aria-label': `${label}: ${layout.count > 1 ? `${layout.count} pictures of ` : ''}${height} by ${width}`,
  });
  const size = height * width * channels;
  const place = (tile: number): readonly [x: number, y: number] => [
    (tile % across) * (width + gap),
    Math.floor(tile / across) * (height + gap),
  ];
  const [low, high] = extent(values);
  const paint = painter(low, high, channels, palette);
  const context = canvas.getContext('2d');
  for (let tile = 0; context && tile < count; tile++) {
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      image.data.set([...paint(values, tile * size + i * channels), 255], 4 * i);
    }
    context.putImageData(image, ...place(tile));
  }
  const scale = Math.max(1, Math.floor(PICTURE / Math.max(canvas.width, canvas.height)));
  canvas.style.width = `${canvas.width * scale}px`;
  const reading = h('span', { class: 'reading' }, `${short(low)} to ${short(high)}`);
  canvas.addEventListener('pointermove', (event) => {
    const { left, top, width: shown } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top].map((at) => Math.floor((at * canvas.width) / shown));
    const [column = 0, line = 0] = [x, y];
    const tile = Math.floor(line / (height + gap)) * across + Math.floor(column / (width + gap));
    const [i, j] = [line % (height + gap), column % (width + gap)];
    if (i >= height || j >= width || tile >= count || i < 0 || j < 0) return;
    const at = tile * size + (i * width + j) * channels;
    const read = Array.from(values.subarray(at, at + channels), String).join(' ');
    reading.textContent = `[${[...(layout.count > 1 ? [tile] : []), i, j].join(', ')}] ${read}`;
  });
  canvas.addEventListener('pointerleave', () => {
    reading.textContent = `${short(low)} to ${short(high)}`;
  });
  const left = layout.count - count;
  return h('figure', {}, canvas, h('figcaption', {}, reading, left > 0 && `; ${left} more are not drawn`));
}

function painter(low: number, high: number, depth: number, palette: Palette) {
  if (depth === 3) {
    const full = high <= 1 ? 255 : 1;
    return (values: Float64Array, at: number): number[] =>
      [...values.subarray(at, at + 3)].map((value) => value * full);
  }
  const STEPS = 256;
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [ramp, from, to] = low < 0 ? [palette.diverging, -largest, largest] : [palette.ink, Math.min(0, low), largest];
  const shades = Array.from({ length: STEPS }, (_, i) =>
    (between(ramp, i / (STEPS - 1)).match(/\d+/g) ?? []).map(Number),
  );
  const none = channels(palette.categories[4] ?? '#000000');
  return (values: Float64Array, at: number): readonly number[] =>
    shades[Math.round((((values[at] ?? 0) - from) / (to - from)) * (STEPS - 1))] ?? none;
}

function countTable(values: Float64Array, rows: number, columns: number, palette: Palette): HTMLElement {
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const cell = (value: number): HTMLElement => {
    // By the root, so that few errors beside many hits are seen.
    const share = Math.sqrt(Math.abs(value) / largest);
    const element = h('td', {}, String(value));
    element.style.backgroundColor = between(
      value < 0 ? palette.diverging.slice(0, 4).toReversed() : palette.ink,
      share,
    );
    element.style.color = share > 0.55 ? palette.ground : palette.text;
    return element;
  };
  return h(
    'table',
    { class: 'counts' },
    h('thead', {}, h('tr', {}, h('td', {}), ...numbers(columns).map((j) => h('th', { scope: 'col' }, String(j))))),
    h(
      'tbody',
      {},
      ...numbers(rows).map((i) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, String(i)),
          ...numbers(columns).map((j) => cell(values[i * columns + j] ?? 0)),
        ),
      ),
    ),
  );
}

function sparkline(values: Float64Array, label: string): HTMLElement {
  const [low, high] = extent(values);
  const [width, height] = [320, 64];
  const y = (value: number): number => height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
  const points = [...values].flatMap((value, i) =>
    Number.isFinite(value) ? [`${((i / (values.length - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`] : [],
  );
  return h(
    'figure',
    {},
    svg(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        class: 'sparkline',
        role: 'img',
        'aria-label': `${label}: ${values.length} numbers`,
      },
      svg('polyline', { points: points.join(' '), fill: 'none' }),
    ),
    h('figcaption', {}, `${values.length} numbers, `, exact(low), ' to ', exact(high)),
  );
}
