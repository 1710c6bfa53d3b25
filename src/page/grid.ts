// A table of any length, of which only the rows in sight exist.

import { h, onPrint, replace } from './dom.ts';

export interface GridColumn {
  readonly key: string;
  readonly label: string;
  /** Numbers stand to the right. */
  readonly isNumeric: boolean;
  /** In characters. */
  readonly width: number;
}

export interface GridContents {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly count: number;
  /** One for each column. */
  readonly cells: (place: number) => readonly (Node | string)[];
  readonly isMarked: (place: number) => boolean;
  readonly sort: string;
  readonly descending: boolean;
}

export interface GridActions {
  readonly sort: (key: string, descending: boolean) => void;
  readonly open: (place: number, add: boolean) => void;
  readonly hover: (place: number | undefined) => void;
}

const ROW = 32;
/** Rows beyond the edges, so that a scroll shows no gap. */
const BEYOND = 12;
/** Longer and wider tables are not printed whole. */
const MOST_PRINTED = 400;
const MOST_PRINTED_COLUMNS = 10;

export interface Grid {
  readonly element: HTMLElement;
  readonly show: (contents: GridContents) => void;
  readonly highlight: (place: number | undefined) => void;
}

export function grid({ sort, open, hover }: GridActions): Grid {
  const head = h('tr', {});
  const [above, below] = [spacer(), spacer()];
  const body = h('tbody', {}, above, below);
  const table = h('table', { class: 'grid' }, h('thead', {}, head), body);
  const scroller = h('div', { class: 'scroller', tabindex: -1 }, table);
  const printed = h('p', { class: 'note printed' });
  let contents: GridContents | undefined;
  /** The rows that exist, and their places. */
  const lines: HTMLElement[] = [];
  let drawn = { from: 0, to: 0 };
  /** The row that the keyboard is at. */
  let current = 0;
  let highlighted: number | undefined;
  let isPrinting = false;

  function show(next: GridContents): void {
    contents = next;
    const columns = columnsOf(next);
    current = Math.min(current, Math.max(0, next.count - 1));
    table.setAttribute('aria-label', next.label);
    table.setAttribute('aria-rowcount', String(next.count + 1));
    table.style.width = isPrinting ? '' : `${columns.reduce((sum, { width }) => sum + width, 0)}ch`;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.sort : undefined;
    replace(head, ...columns.map(header));
    for (const { firstElementChild } of [above, below])
      firstElementChild?.setAttribute('colspan', String(columns.length));
    for (const button of head.querySelectorAll('button')) if (button.dataset.sort === focused) button.focus();
    draw(true);
  }

  function columnsOf({ columns }: GridContents): readonly GridColumn[] {
    return isPrinting ? columns.slice(0, MOST_PRINTED_COLUMNS) : columns;
  }

  function header({ key, label, isNumeric, width }: GridColumn): HTMLElement {
    const isSorted = contents?.sort === key;
    const order = contents?.descending ? 'descending' : 'ascending';
    const press = (): void => sort(key, isSorted ? !contents?.descending : false);
    const cell = h(
      'th',
      { scope: 'col', class: isNumeric ? 'number' : 'text', 'aria-sort': isSorted ? order : 'none' },
      h('button', { type: 'button', title: label, 'data-sort': key, onclick: press }, label),
    );
    if (!isPrinting) cell.style.width = `${width}ch`;
    return cell;
  }

  function draw(isForced = false): void {
    if (!contents) return;
    if (isPrinting) {
      fillPaper(contents, isForced);
      return;
    }
    const first = Math.floor(scroller.scrollTop / ROW);
    const visible = Math.ceil(scroller.clientHeight / ROW);
    const [from, to] = [Math.max(0, first - BEYOND), Math.min(contents.count, first + visible + BEYOND)];
    const isCovered = drawn.from <= Math.max(0, first - 2) && drawn.to >= Math.min(contents.count, first + visible + 2);
    if (!isForced && isCovered) return;
    fill(from, to, isForced);
  }

  /** All rows that are printed, and what is not. */
  function fillPaper({ count, columns }: GridContents, isForced: boolean): void {
    const [rows, width] = [Math.min(count, MOST_PRINTED), Math.min(columns.length, MOST_PRINTED_COLUMNS)];
    fill(0, rows, isForced);
    setHeight(below, 0);
    const left = [
      ...(rows < count ? [`the first ${rows} of ${count} rows`] : []),
      ...(width < columns.length ? [`the first ${width} of ${columns.length} columns`] : []),
    ];
    printed.textContent = left.length > 0 ? `Printed are ${left.join(' and ')}.` : '';
  }

  /** Rows that stay in sight stay the same elements. */
  function fill(from: number, to: number, isForced: boolean): void {
    if (!contents) return;
    const hadFocus = body.contains(document.activeElement);
    if (isForced) for (const row of lines.splice(0)) row.remove();
    const kept = lines.length > 0 && from < drawn.to && to > drawn.from ? drawn : { from, to: from };
    if (kept !== drawn) for (const row of lines.splice(0)) row.remove();
    const first = lines.splice(0, Math.max(0, from - kept.from));
    const last = lines.splice(Math.max(0, Math.min(kept.to, to) - Math.max(kept.from, from)));
    for (const row of [...first, ...last]) row.remove();
    const before = linesOf(from, Math.min(to, Math.max(from, kept.from)));
    const after = linesOf(Math.max(from, Math.min(to, kept.to)), to);
    above.after(...before);
    below.before(...after);
    lines.unshift(...before);
    lines.push(...after);
    drawn = { from, to };
    setHeight(above, from);
    setHeight(below, contents.count - to);
    if (hadFocus) rowAt(current)?.focus({ preventScroll: true });
  }

  function linesOf(from: number, to: number): HTMLElement[] {
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => line(from + i));
  }

  function line(place: number): HTMLElement {
    const columns = contents ? columnsOf(contents) : [];
    const { cells, isMarked } = contents ?? {};
    const row = h(
      'tr',
      {
        'data-place': place,
        'aria-rowindex': place + 2,
        'aria-selected': String(isMarked?.(place) ?? false),
        tabindex: place === current ? 0 : -1,
        class: place === highlighted ? 'highlighted' : undefined,
      },
      ...(cells?.(place) ?? [])
        .slice(0, columns.length)
        .map((cell, i) => h('td', { class: columns[i]?.isNumeric ? 'number' : 'text' }, cell)),
    );
    return row;
  }

  function rowAt(place: number): HTMLElement | undefined {
    return lines[place - drawn.from];
  }

  function placeOf(event: Event): number | undefined {
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    const place = row?.dataset.place;
    return place === undefined ? undefined : Number(place);
  }

  function moveTo(place: number): void {
    if (!contents || contents.count === 0) return;
    current = Math.min(contents.count - 1, Math.max(0, place));
    const [top, bottom] = [current * ROW, (current + 2) * ROW - scroller.clientHeight];
    if (scroller.scrollTop > top) scroller.scrollTop = top;
    if (scroller.scrollTop < bottom) scroller.scrollTop = bottom;
    draw(true);
    rowAt(current)?.focus({ preventScroll: true });
  }

  scroller.addEventListener('scroll', () => draw(), { passive: true });
  new ResizeObserver(() => draw()).observe(scroller);
  body.addEventListener('click', (event) => {
    const place = placeOf(event);
    if (place !== undefined) open(place, event.shiftKey);
  });
  body.addEventListener('pointerover', (event) => hover(placeOf(event)));
  body.addEventListener('pointerleave', () => hover(undefined));
  body.addEventListener('focusin', (event) => hover(placeOf(event)));
  body.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(scroller.clientHeight / ROW) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: Number.MAX_SAFE_INTEGER,
    };
    const place = moves[event.key];
    if (event.key === 'Enter' || event.key === ' ') open(current, event.shiftKey);
    else if (place === undefined) return;
    else moveTo(place);
    event.preventDefault();
  });
  onPrint((begins) => {
    isPrinting = begins;
    if (contents) show(contents);
  });

  return {
    element: h('div', {}, scroller, printed),
    show,
    highlight: (place) => {
      highlighted = place;
      for (const row of body.querySelectorAll('.highlighted')) row.classList.remove('highlighted');
      if (place !== undefined) rowAt(place)?.classList.add('highlighted');
    },
  };
}

/** Stands for rows that do not exist. */
function spacer(): HTMLElement {
  return h('tr', { 'aria-hidden': 'true' }, h('td', { class: 'spacer' }));
}

function setHeight({ firstElementChild }: HTMLElement, rows: number): void {
  if (firstElementChild instanceof HTMLElement) firstElementChild.style.height = `${rows * ROW}px`;
}
