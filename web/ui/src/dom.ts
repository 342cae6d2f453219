// Making and changing elements with few words. Nothing here knows what the
// page is about.
import type { TestId } from './testhooks';

export type Child = Node | string | null | undefined | false;
type Handlers = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

export interface Props {
  class?: string;
  id?: string;
  test?: TestId;
  on?: Handlers;
  /** Attributes as they are; true sets an empty one, false and null leave it out. */
  attrs?: Record<string, string | number | boolean | null | undefined>;
}

/** h makes an element. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (props.class) e.className = props.class;
  if (props.id) e.id = props.id;
  if (props.test) e.dataset.testid = props.test;
  for (const [name, value] of Object.entries(props.attrs ?? {})) attr(e, name, value);
  for (const [type, handler] of Object.entries(props.on ?? {})) e.addEventListener(type, handler as EventListener);
  put(e, ...children);
  return e;
}

/** put appends children, leaving out what is empty. */
export function put(parent: Element, ...children: Child[]): void {
  for (const child of children) if (child) parent.append(child);
}

/** refill replaces all children. */
export function refill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  put(parent, ...children);
}

/** text sets the text only where it differs, so that screen readers and layout rest. */
export function text(e: Element, value: string): void {
  if (e.textContent !== value) e.textContent = value;
}

/** attr sets, changes or removes an attribute, only where it differs. */
export function attr(e: Element, name: string, value: string | number | boolean | null | undefined): void {
  if (value === false || value === null || value === undefined) {
    if (e.hasAttribute(name)) e.removeAttribute(name);
    return;
  }
  const wanted = value === true ? '' : String(value);
  if (e.getAttribute(name) !== wanted) e.setAttribute(name, wanted);
}

/** show hides or shows an element. */
export function show(e: HTMLElement, visible: boolean): void {
  if (e.hidden === visible) e.hidden = !visible;
}

let ids = 0;

/** uid is an id for tying labels to fields. */
export function uid(): string {
  return `id${++ids}`;
}
