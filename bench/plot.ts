// Small multiples as SVG: one line in each panel, over powers of two or ten.

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly unit: string;
  /** `note` stands below x. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly note: string }[];
}

const [WIDTH, HEIGHT] = [460, 300];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 24, 58, 52];
const HEAD = 64;
const COLUMNS = 2;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .title { font-size: 17px; font-weight: 600; fill: #1f2328; }
  .panel { font-size: 14px; font-weight: 600; fill: #1f2328; }
  .note { font-size: 10px; fill: #8c959f; }
  .value { font-size: 11px; fill: #0b5cad; }
  .grid { stroke: #eaeef2; } .axis { stroke: #d0d7de; }
  .line { fill: none; stroke: #0b5cad; stroke-width: 2; stroke-linejoin: round; }
  .dot { fill: #0b5cad; stroke: #fff; stroke-width: 1.5; }
`;

export function plot(title: string, panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * WIDTH, HEAD + rows * HEIGHT];
  const most = niceAbove(Math.max(...panels.flatMap(({ points }) => points.map(({ y }) => y))));
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % COLUMNS) * WIDTH, HEAD + Math.floor(i / COLUMNS) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${draw(panel, most)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title><style>${STYLE}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="20" y="38">${escaped(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function draw({ title, subtitle, unit, points }: Panel, most: number): string {
  const logs = points.map(({ x }) => Math.log(x));
  const [first, last] = [Math.min(...logs), Math.max(...logs)];
  const x = (value: number): number =>
    LEFT + 16 + ((Math.log(value) - first) / (last - first || 1)) * (WIDTH - LEFT - RIGHT - 32);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
  const at = (value: number): string => value.toFixed(1);
  const ticks = [0, 1, 2, 3, 4].map((i) => (most * i) / 4);
  const grid = ticks.map(
    (tick) =>
      `<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>` +
      `<text x="${LEFT - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
  );
  const path = points.map((point) => `${at(x(point.x))},${at(y(point.y))}`).join(' ');
  const marks = points.map((point) => {
    const [px, py] = [at(x(point.x)), y(point.y)];
    return (
      `<circle class="dot" cx="${px}" cy="${at(py)}" r="4"/>` +
      `<text class="value" x="${px}" y="${at(py - 10)}" text-anchor="middle">${point.y.toPrecision(2)}</text>` +
      `<text x="${px}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${point.x.toLocaleString('en')}</text>` +
      `<text class="note" x="${px}" y="${HEIGHT - BOTTOM + 33}" text-anchor="middle">${escaped(point.note)}</text>`
    );
  });
  return [
    `<text class="panel" x="${LEFT - 32}" y="22">${escaped(title)}</text>`,
    `<text x="${LEFT - 32}" y="40">${escaped(`${unit} over ${subtitle}`)}</text>`,
    ...grid,
    `<polyline class="line" points="${path}"/>`,
    ...marks,
  ].join('\n');
}

/** The next number above of which a quarter is round. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? 10 * power;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
