// A plot: marks on a canvas, however many there are; axes and what reacts to the pointer in SVG above it.

import type { Palette } from './colors.ts';
import { append, h, onPrint, replace, svg } from './dom.ts';
import type { Scale } from './scale.ts';

export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The area within the margins, in CSS pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Chart {
  readonly element: HTMLElement;
  readonly canvas: CanvasRenderingContext2D;
  /** Between the canvas and the pointer. */
  readonly overlay: SVGSVGElement;
  readonly tooltip: Tooltip;
  /** Empty until the chart has a size. */
  readonly area: () => Area;
  /** Where the pointer is, in CSS pixels of the chart. */
  readonly at: (event: MouseEvent) => readonly [x: number, y: number];
}

/** Of a canvas on paper, in dots for each CSS pixel. */
const PRINTED = 3;

/** @param redraw called whenever the size has changed; the canvas is empty then */
export function chart(label: string, height: number, margin: (width: number) => Margin, redraw: () => void): Chart {
  const surface = h('canvas', { 'aria-hidden': 'true' });
  const context = surface.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  const overlay = svg('svg', { role: 'img', 'aria-label': label, tabindex: 0 });
  const tooltip = tooltipIn();
  const element = h('div', { class: 'chart' }, surface, overlay, tooltip.element);
  let width = 0;
  function resize(density: number): void {
    width = element.clientWidth;
    surface.width = width * density;
    surface.height = height * density;
    overlay.setAttribute('viewBox', `0 0 ${width} ${height}`);
    redraw();
  }
  new ResizeObserver(() => {
    if (element.clientWidth !== width && element.clientWidth > 0) resize(devicePixelRatio);
  }).observe(element);
  onPrint((begins) => resize(begins ? PRINTED : devicePixelRatio));
  element.style.height = `${height}px`;
  return {
    element,
    canvas: context,
    overlay,
    tooltip,
    area: () => {
      const { top, right, bottom, left } = margin(width);
      return { left, top, width: Math.max(0, width - left - right), height: height - top - bottom };
    },
    at: (event) => {
      const { left, top } = element.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    },
  };
}

/** An empty canvas, in CSS pixels, with what is drawn next kept within the area. */
export function cleared({ canvas, element }: Chart, area: Area, spill = 0): CanvasRenderingContext2D {
  const density = canvas.canvas.width / Math.max(1, element.clientWidth);
  canvas.setTransform(1, 0, 0, 1, 0, 0);
  canvas.clearRect(0, 0, canvas.canvas.width, canvas.canvas.height);
  canvas.setTransform(density, 0, 0, density, 0, 0);
  canvas.globalAlpha = 1;
  canvas.lineJoin = 'round';
  canvas.beginPath();
  canvas.rect(area.left - spill, area.top - spill, area.width + 2 * spill, area.height + 2 * spill);
  return canvas;
}

export interface Tooltip {
  readonly element: HTMLElement;
  readonly show: (x: number, y: number, width: number, ...lines: readonly (Node | string)[]) => void;
  readonly hide: () => void;
}

function tooltipIn(): Tooltip {
  const element = h('div', { class: 'tooltip', role: 'status', hidden: true });
  return {
    element,
    show: (x, y, width, ...lines) => {
      replace(element, ...lines);
      element.hidden = false;
      // On the side that has more room.
      const isRight = x > width / 2;
      element.style.left = isRight ? 'auto' : `${x + 14}px`;
      element.style.right = isRight ? `${width - x + 14}px` : 'auto';
      element.style.top = `${Math.max(0, y - 12)}px`;
    },
    hide: () => {
      element.hidden = true;
    },
  };
}

/** How many ticks an axis of this height has room for. */
const ticksUpTo = (height: number): number => Math.max(2, Math.floor(height / 44));

/** Hairlines across, drawn before the marks so that they lie behind them. */
export function gridlines(canvas: CanvasRenderingContext2D, area: Area, y: Scale, { line }: Palette): void {
  const { left, top, width, height } = area;
  canvas.strokeStyle = line;
  canvas.lineWidth = 1;
  canvas.beginPath();
  for (const tick of y.ticks(ticksUpTo(height))) {
    const at = top + (1 - (y.place(tick) ?? 0)) * height;
    canvas.moveTo(left, at);
    canvas.lineTo(left + width, at);
  }
  canvas.stroke();
}

/** Ticks and a title below and to the left of an area. */
export function axes(area: Area, x: Scale, y: Scale, xTitle: string, yTitle: string, palette: Palette): SVGGElement {
  const { left, top, width, height } = area;
  const bottom = top + height;
  const group = svg('g', { class: 'axes', 'aria-hidden': 'true' });
  for (const tick of y.ticks(ticksUpTo(height))) {
    const at = bottom - (y.place(tick) ?? 0) * height;
    const text = shortened(y.format(tick), 12);
    append(group, [svg('text', { x: left - 8, y: at, 'text-anchor': 'end', dy: '0.32em' }, text)]);
  }
  const longest = Math.max(4, ...x.ticks(8).map((tick) => x.format(tick).length));
  for (const tick of x.ticks(Math.max(2, Math.floor(width / (7 * Math.min(longest, 16) + 18))))) {
    const at = left + (x.place(tick) ?? 0) * width;
    append(group, [
      svg('line', { x1: at, x2: at, y1: bottom, y2: bottom + 4, stroke: palette.line }),
      svg('text', { x: at, y: bottom + 18, 'text-anchor': 'middle' }, shortened(x.format(tick), 16)),
    ]);
  }
  append(group, [
    svg('line', { x1: left, x2: left + width, y1: bottom, y2: bottom, class: 'base' }),
    svg('text', { x: left + width, y: bottom + 36, 'text-anchor': 'end', class: 'title' }, xTitle),
    svg('text', { x: left, y: top - 12, 'text-anchor': 'start', class: 'title' }, yTitle),
  ]);
  return group;
}

export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
