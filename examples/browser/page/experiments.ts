// The experiments as the page presents them.

export interface Presented {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly view: 'plane' | 'digits';
}

export const presented: readonly Presented[] = [
  { id: 'xor', title: 'XOR', text: 'Four points, and no straight line that tells them apart.', view: 'plane' },
  { id: 'circles', title: 'Circles', text: 'A disk in a ring: the border has to close.', view: 'plane' },
  { id: 'moons', title: 'Moons', text: 'Two half moons: the border has to bend twice.', view: 'plane' },
  { id: 'spiral', title: 'Spiral', text: 'Two arms wound around each other. Small networks fail.', view: 'plane' },
  {
    id: 'glyphs',
    title: 'Drawn digits',
    text: 'Ten digits, drawn by a formula. Draw your own beside them.',
    view: 'digits',
  },
  { id: 'mnist', title: 'MNIST', text: 'Handwritten digits, from files that you drop here.', view: 'digits' },
];

export function presentedAs(id: string): Presented {
  return presented.find((each) => each.id === id) ?? (presented[3] as Presented);
}
