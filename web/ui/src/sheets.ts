// Sheets slide up from below. They are closed by a swipe down, Escape, the
// backdrop, the phone's back gesture or their button, and never cover the
// truth line.
import { h, refill } from './dom';
import { icon } from './icons';
import { words } from './language';

export interface Sheet {
  title: string;
  /** What the sheet is for; `data-sheet` for tests. */
  name: string;
  content: Node[];
  onClose?: () => void;
}

const SWIPE = 90; // px

export class Sheets {
  readonly element: HTMLElement;
  private readonly panel: HTMLElement;
  private readonly title = h('h2', { id: 'sheet-title' });
  private readonly body = h('div', { class: 'sheet-body' });
  private open: Sheet | null = null;
  private opener: HTMLElement | null = null;

  /** behind is what cannot be used while a sheet is open. */
  constructor(private readonly behind: HTMLElement) {
    const close = h(
      'button',
      { class: 'plain', test: 'sheet-close', attrs: { type: 'button', 'aria-label': words.close }, on: { click: () => this.close() } },
      icon('close'),
    );
    const grip = h('header', { class: 'sheet-head' }, h('span', { class: 'grip' }), this.title, close);
    this.panel = h(
      'section',
      { class: 'sheet', test: 'sheet', attrs: { role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'sheet-title', tabindex: -1 } },
      grip,
      this.body,
    );
    const backdrop = h('div', { class: 'backdrop', test: 'backdrop', on: { click: () => this.close() } });
    this.element = h('div', { class: 'sheets', attrs: { hidden: true } }, backdrop, this.panel);
    this.swipe(grip);
    document.addEventListener('keydown', (e) => e.key === 'Escape' && this.open && this.close());
    addEventListener('popstate', () => this.open && this.shut());
  }

  get current(): string | null {
    return this.open?.name ?? null;
  }

  /** show opens a sheet, in place of the one that is open. */
  show(sheet: Sheet): void {
    if (this.open) this.open.onClose?.();
    else {
      this.opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      history.pushState({ sheet: true }, '');
    }
    this.open = sheet;
    this.title.textContent = sheet.title;
    this.panel.dataset.sheet = sheet.name;
    this.panel.style.transform = '';
    refill(this.body, ...sheet.content);
    this.body.scrollTop = 0;
    this.element.hidden = false;
    this.behind.inert = true;
    this.panel.focus({ preventScroll: true });
  }

  close(): void {
    if (!this.open) return;
    this.shut();
    if ((history.state as { sheet?: boolean } | null)?.sheet) history.back();
  }

  private shut(): void {
    const sheet = this.open;
    this.open = null;
    this.element.hidden = true;
    this.behind.inert = false;
    refill(this.body);
    this.opener?.focus({ preventScroll: true });
    sheet?.onClose?.();
  }

  private swipe(grip: HTMLElement): void {
    let from: number | null = null;
    let way = 0;
    const end = () => {
      if (from === null) return;
      from = null;
      this.panel.style.transform = '';
      if (way > SWIPE) this.close();
    };
    grip.addEventListener('pointerdown', (e) => {
      if ((e.target as Element).closest('button')) return;
      from = e.clientY;
      way = 0;
      grip.setPointerCapture(e.pointerId);
    });
    grip.addEventListener('pointermove', (e) => {
      if (from === null) return;
      way = Math.max(0, e.clientY - from);
      this.panel.style.transform = `translateY(${way}px)`;
    });
    grip.addEventListener('pointerup', end);
    grip.addEventListener('pointercancel', end);
  }
}
