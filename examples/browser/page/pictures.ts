// Draws pictures of what models have learnt onto canvases.

import type { Picture, Points } from '../worker/messages.ts';
import { theme } from './theme.ts';

/** The plane is shown from -EDGE to EDGE in both directions. */
const EDGE = 1.15;

const scratch = document.createElement('canvas');

/** A canvas with as many pixels as the screen has for it. */
export function contextOf(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const scale = Math.min(devicePixelRatio || 1, 2);
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const context = canvas.getContext('2d') ?? undefined;
  context?.setTransform(scale, 0, 0, scale, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** @param size in CSS pixels, of a side */
export function drawPicture(
  canvas: HTMLCanvasElement,
  size: number,
  picture: Picture | undefined,
  points?: Points,
): void {
  const context = contextOf(canvas, size, size);
  if (!context) return;
  if (picture?.kind === 'weights') drawTiles(context, size, picture);
  else if (picture) drawPixels(context, picture, 0, 0, 0, size);
  if (points && picture?.kind !== 'weights') context.drawImage(layerOf(points, size), 0, 0, size, size);
}

const layers = new WeakMap<Points, Map<string, HTMLCanvasElement>>();

/** Points as a picture of their own: they stay where they are while the one below them changes. */
function layerOf(points: Points, size: number): HTMLCanvasElement {
  const known = layers.get(points) ?? new Map<string, HTMLCanvasElement>();
  layers.set(points, known);
  const key = `${size} ${devicePixelRatio} ${theme().paper}`;
  const found = known.get(key) ?? document.createElement('canvas');
  if (known.has(key)) return found;
  known.set(key, found);
  const context = contextOf(found, size, size);
  if (context) drawPoints(context, size, points);
  return found;
}

/** Pixels of the tile number `index`, at a place of a size. */
function drawPixels(
  context: CanvasRenderingContext2D,
  { side, pixels }: Picture,
  index: number,
  x: number,
  y: number,
  size: number,
): void {
  const image = new ImageData(side, side);
  const { surface } = theme();
  for (let i = 0; i < side * side; i++) {
    const value = pixels[index * side * side + i] ?? 0;
    image.data[4 * i] = surface[3 * value] ?? 0;
    image.data[4 * i + 1] = surface[3 * value + 1] ?? 0;
    image.data[4 * i + 2] = surface[3 * value + 2] ?? 0;
    image.data[4 * i + 3] = 255;
  }
  Object.assign(scratch, { width: side, height: side });
  scratch.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(scratch, x, y, size, size);
}

function drawTiles(context: CanvasRenderingContext2D, size: number, picture: Picture): void {
  const columns = Math.ceil(Math.sqrt(picture.count));
  const cell = size / columns;
  for (let i = 0; i < picture.count; i++) {
    drawPixels(context, picture, i, (i % columns) * cell + 1, Math.floor(i / columns) * cell + 1, cell - 2);
  }
}

function drawPoints(context: CanvasRenderingContext2D, size: number, { places, classes }: Points): void {
  const { zero, one, paper } = theme();
  const at = (x: number): number => (size * (x + EDGE)) / (2 * EDGE);
  const radius = classes.length < 10 ? size / 24 : Math.max(1.3, size / 90);
  context.strokeStyle = paper;
  context.lineWidth = Math.max(0.6, radius / 4);
  for (let i = 0; i < classes.length; i++) {
    context.beginPath();
    context.arc(at(places[2 * i] ?? 0), at(-(places[2 * i + 1] ?? 0)), radius, 0, 2 * Math.PI);
    context.fillStyle = classes[i] ? one : zero;
    context.fill();
    context.stroke();
  }
}

/** Images of 28 × 28, as ink on paper, in rows. */
export function drawImages(canvas: HTMLCanvasElement, size: number, images: Uint8Array, columns: number): void {
  const context = contextOf(canvas, size, size);
  if (!context) return;
  const cell = size / columns;
  for (let i = 0; i < columns * columns; i++) {
    drawInk(
      context,
      images.subarray(784 * i, 784 * (i + 1)),
      (i % columns) * cell,
      Math.floor(i / columns) * cell,
      cell,
    );
  }
}

export function drawInk(
  context: CanvasRenderingContext2D,
  pixels: Uint8Array,
  x: number,
  y: number,
  size: number,
): void {
  const image = new ImageData(28, 28);
  const value = Number.parseInt(theme().ink.slice(1), 16);
  for (let i = 0; i < 784; i++) image.data.set([value >> 16, (value >> 8) & 255, value & 255, pixels[i] ?? 0], 4 * i);
  Object.assign(scratch, { width: 28, height: 28 });
  scratch.getContext('2d')?.putImageData(image, 0, 0);
  context.drawImage(scratch, x, y, size, size);
}
