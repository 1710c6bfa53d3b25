// Elements, made without ever parsing a text: whatever a string holds, it is shown as it is.

type Child = Node | string | number | null | undefined | false;
type Listener = (event: never) => void;
type Attribute = string | number | boolean | Listener | undefined;
type Attributes = Readonly<Record<string, Attribute>>;

/** `on…` are listeners, `true` is an attribute without value, `false` and undefined are none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return build(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function build<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

export function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(typeof child === 'number' ? String(child) : child);
  }
}

export function replace(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** Something that shows a value and lets it be changed. It stays the same element, so that it keeps the focus. */
export interface Control<T> {
  readonly element: HTMLElement;
  readonly set: (value: T) => void;
}

export function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): Control<string> {
  const control = h(
    'select',
    { 'aria-label': label, onchange: () => choose(control.value) },
    ...options.map(([value, text]) => h('option', { value }, text)),
  );
  return {
    element: h('label', { class: 'field' }, h('span', {}, label), control),
    set: (value) => {
      control.value = value;
    },
  };
}

/** A button that stays pressed. */
export function toggle(label: string, press: (pressed: boolean) => void): Control<boolean> {
  const isPressed = (): boolean => element.getAttribute('aria-pressed') === 'true';
  const element = h('button', { type: 'button', class: 'toggle', onclick: () => press(!isPressed()) }, label);
  return { element, set: (pressed) => element.setAttribute('aria-pressed', String(pressed)) };
}

export function slider(label: string, max: number, step: number, move: (value: number) => void): Control<number> {
  const control = h('input', { type: 'range', min: 0, max, step, oninput: () => move(Number(control.value)) });
  const output = h('output', {});
  return {
    element: h('label', { class: 'field' }, h('span', {}, label), control, output),
    set: (value) => {
      control.value = String(value);
      output.textContent = value.toFixed(2);
    },
  };
}

/** Calls back before the page is printed, and after it. */
export function onPrint(listener: (begins: boolean) => void): void {
  addEventListener('beforeprint', () => listener(true));
  addEventListener('afterprint', () => listener(false));
}
