// Fields with labels, as every form of the page uses them.
import { attr, h, show, text, uid, type Child } from './dom';
import { icon } from './icons';
import { words } from './language';
import type { TestId } from './testhooks';

/** labelled ties a label to a field. */
export function labelled(label: string, field: HTMLElement, hint?: string): HTMLElement {
  field.id ||= uid();
  const help = hint ? h('span', { class: 'hint', id: `${field.id}-hint` }, hint) : null;
  if (help) field.setAttribute('aria-describedby', help.id);
  return h('div', { class: 'field' }, h('label', { attrs: { for: field.id } }, label), field, help);
}

/** passwordInput is a password with an eye to look at it. */
export function passwordInput(test: TestId, autocomplete: string, label: string, hint?: string): { element: HTMLElement; input: HTMLInputElement } {
  const field = h('input', { test, attrs: { type: 'password', required: true, autocomplete, maxlength: 200 } });
  const eye = h('button', { class: 'plain eye', test: 'show-password', attrs: { type: 'button', 'aria-label': words.showPassword, 'aria-pressed': 'false' } }, icon('eye'));
  eye.addEventListener('click', () => {
    const shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    attr(eye, 'aria-pressed', String(!shown));
  });
  const element = labelled(label, field, hint);
  const beside = h('span', { class: 'beside' });
  field.replaceWith(beside);
  beside.append(field, eye);
  return { element, input: field };
}

/** toggle is a switch that acts at once. */
export function toggle(label: string, test: TestId, on: boolean, change: (on: boolean) => void): HTMLElement {
  const button = h('button', { class: 'switch', test, attrs: { type: 'button', role: 'switch', 'aria-checked': String(on) } }, h('span', {}, label), h('i'));
  button.addEventListener('click', () => {
    const now = button.getAttribute('aria-checked') !== 'true';
    button.setAttribute('aria-checked', String(now));
    change(now);
  });
  return button;
}

/** choice is one of several, acting at once. */
export function choice<T extends string>(label: string, test: TestId, options: Record<T, string>, now: T, change: (v: T) => void): HTMLElement {
  const select = h('select', { test });
  for (const [value, name] of Object.entries(options) as [T, string][]) {
    select.append(h('option', { attrs: { value, selected: value === now } }, name));
  }
  select.addEventListener('change', () => change(select.value as T));
  const field = labelled(label, select);
  field.classList.add('inline');
  return field;
}

/** ErrorLine says what went wrong with a form. */
export class ErrorLine {
  readonly element: HTMLElement;

  constructor(test: TestId) {
    this.element = h('p', { class: 'error', test, attrs: { role: 'alert', hidden: true } });
  }

  say(message: string): void {
    text(this.element, message);
    show(this.element, message !== '');
  }
}

/** form calls submit without leaving the page. */
export function form(className: string, submit: () => void, ...children: Child[]): HTMLFormElement {
  return h(
    'form',
    {
      class: className,
      attrs: { novalidate: true },
      on: {
        submit: (e) => {
          e.preventDefault();
          submit();
        },
      },
    },
    ...children,
  );
}
