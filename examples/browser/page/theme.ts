// Colours of the style sheet for what is drawn pixel by pixel.

type Color = readonly [red: number, green: number, blue: number];

export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly paper: string;
  /** Of the two classes, strong. */
  readonly zero: string;
  readonly one: string;
  /** From the one class, 0, by way of doubt to the other, 255: red, green and blue in turn. */
  readonly surface: Uint8Array;
}

let known: Theme | undefined;

export function theme(): Theme {
  known ??= read();
  return known;
}

/** Calls `redraw` when the colours have changed. */
export function onTheme(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    known = undefined;
    redraw();
  });
}

function read(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const [zero, doubt, one] = [parse(color('zero')), parse(color('doubt')), parse(color('one'))];
  const surface = new Uint8Array(3 * 256);
  for (let i = 0; i < 256; i++) {
    const [from, to, part] = i < 128 ? [zero, doubt, i / 128] : [doubt, one, (i - 128) / 127];
    for (const channel of [0, 1, 2] as const)
      surface[3 * i + channel] = from[channel] + part * (to[channel] - from[channel]);
  }
  return {
    ink: color('ink'),
    muted: color('muted'),
    line: color('line'),
    accent: color('accent'),
    paper: color('paper'),
    zero: color('zero-ink'),
    one: color('one-ink'),
    surface,
  };
}

/** `#rrggbb` */
function parse(color: string): Color {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
