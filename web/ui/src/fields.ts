// One setting of the monitor as a field: a number, a word, a choice, a switch.
import { h, show, text, uid } from './dom';
import { words } from './language';

export interface Tree {
  [key: string]: unknown;
}

export interface Field {
  path: string;
  element: HTMLElement;
  value(): unknown;
  changed(): boolean;
  /** settle takes over what is in force now. */
  settle(value: unknown): void;
  /** complain shows what is wrong with it; "" for nothing. */
  complain(detail: string): void;
}

// Where the value is shown in another unit than it is stored in.
const units: Record<string, { unit: string; factor: number }> = {
  'camera.max_bitrate': { unit: 'Mbit/s', factor: 1e6 },
  'camera.width': { unit: 'px', factor: 1 },
  'camera.height': { unit: 'px', factor: 1 },
  'camera.rotate': { unit: '°', factor: 1 },
  'camera.exposure': { unit: 'ms', factor: 1 },
  'camera.white_balance': { unit: 'K', factor: 1 },
  'camera.mains': { unit: ' Hz', factor: 1 },
  'head.speed': { unit: '°/s', factor: 1 },
  'head.acceleration': { unit: '°/s²', factor: 1 },
  'head.pan.min': { unit: '°', factor: 1 },
  'head.pan.max': { unit: '°', factor: 1 },
  'head.pan.trim': { unit: '°', factor: 1 },
  'head.pan.speed': { unit: '°/s', factor: 1 },
  'head.pan.acceleration': { unit: '°/s²', factor: 1 },
  'head.tilt.min': { unit: '°', factor: 1 },
  'head.tilt.max': { unit: '°', factor: 1 },
  'head.tilt.trim': { unit: '°', factor: 1 },
  'head.tilt.speed': { unit: '°/s', factor: 1 },
  'head.tilt.acceleration': { unit: '°/s²', factor: 1 },
  'ircut.night_below': { unit: 'lx', factor: 1 },
  'ircut.day_above': { unit: 'lx', factor: 1 },
  'climate.temperature.very_low': { unit: '°C', factor: 1 },
  'climate.temperature.low': { unit: '°C', factor: 1 },
  'climate.temperature.high': { unit: '°C', factor: 1 },
  'climate.temperature.very_high': { unit: '°C', factor: 1 },
  'climate.humidity.very_low': { unit: '%', factor: 1 },
  'climate.humidity.low': { unit: '%', factor: 1 },
  'climate.humidity.high': { unit: '%', factor: 1 },
  'climate.humidity.very_high': { unit: '%', factor: 1 },
  'audio.max_volume': { unit: '%', factor: 1 },
};

const choices: Record<string, (number | string)[]> = {
  'camera.rotate': [0, 90, 180, 270],
  'camera.mains': [0, 50, 60],
  'camera.black_white': ['night', 'never', 'always'],
};

/** fieldOf makes the field for a setting; null for what cannot be one. */
export function fieldOf(path: string, value: unknown): Field | null {
  if (Array.isArray(value)) return path === 'climate.sensor' ? sensorsField(path, value as Sensor[]) : listField(path, value as string[]);
  if (typeof value === 'boolean') return switchField(path, value);
  if (choices[path] && (typeof value === 'number' || typeof value === 'string')) return choiceField(path, value, choices[path]);
  if (typeof value === 'number') return numberField(path, value);
  if (typeof value === 'string') return textField(path, value);
  return null;
}

/** valueAt reads a dotted path. */
export function valueAt(tree: Tree | undefined, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Tree | undefined)?.[key], tree);
}

/** patch is the partial tree of the changed fields. */
export function patch(fields: Pick<Field, 'path' | 'value'>[]): Tree {
  const tree: Tree = {};
  for (const f of fields) {
    const keys = f.path.split('.');
    const last = keys.pop() ?? '';
    let at = tree;
    for (const key of keys) at = (at[key] ??= {}) as Tree;
    at[last] = f.value();
  }
  return tree;
}

interface Parts {
  control: HTMLElement;
  read(): unknown;
  write(value: unknown): void;
}

function wrap(path: string, value: unknown, parts: Parts, unit = ''): Field {
  let settled = value;
  parts.control.id ||= uid();
  parts.control.dataset.testid = `field-${path}`;
  const error = h('span', { class: 'error', id: `${parts.control.id}-error`, test: `error-${path}`, attrs: { role: 'alert', hidden: true } });
  const label = h('label', { attrs: { for: parts.control.id } }, words.fields[path] ?? path);
  const element = h('div', { class: 'field inline' }, label, h('span', { class: 'with-unit' }, parts.control, unit && h('span', { class: 'unit' }, unit)), error);
  return {
    path,
    element,
    value: () => parts.read(),
    changed: () => JSON.stringify(parts.read()) !== JSON.stringify(settled),
    settle(now) {
      settled = now === undefined ? parts.read() : now;
      parts.write(settled);
    },
    complain(detail) {
      text(error, detail);
      show(error, detail !== '');
      parts.control.setAttribute('aria-invalid', String(detail !== ''));
      parts.control.setAttribute('aria-describedby', error.id);
    },
  };
}

function numberField(path: string, value: number): Field {
  const { unit, factor } = units[path] ?? { unit: '', factor: 1 };
  const control = h('input', { attrs: { type: 'number', step: 'any', inputmode: 'decimal', value: value / factor } });
  const read = () => (control.value === '' ? null : Math.round(Number(control.value) * factor * 1e6) / 1e6);
  return wrap(path, value, { control, read, write: (v) => (control.value = String(Number(v) / factor)) }, unit);
}

function textField(path: string, value: string): Field {
  const control = h('input', { attrs: { type: 'text', value, autocomplete: 'off' } });
  return wrap(path, value, { control, read: () => control.value, write: (v) => (control.value = String(v)) });
}

/** A list of words, set apart by spaces or commas. */
function listField(path: string, value: string[]): Field {
  const control = h('input', { attrs: { type: 'text', value: value.join(' '), autocomplete: 'off', autocapitalize: 'off' } });
  const read = () => control.value.split(/[\s,]+/).filter(Boolean);
  return wrap(path, value, { control, read, write: (v) => (control.value = (v as string[]).join(' ')) });
}

interface Sensor extends Tree {
  driver: string;
  temperature_offset: number;
}

/** What is added to each thermometer, to agree with the one on the wall. */
function sensorsField(path: string, value: Sensor[]): Field | null {
  if (value.length === 0) return null;
  const inputs = value.map((s) =>
    h('input', { attrs: { type: 'number', step: 0.1, inputmode: 'decimal', value: s.temperature_offset, 'aria-label': `${words.fields[path]}: ${s.driver}` } }),
  );
  const control = h('span', { class: 'several' }, ...inputs);
  const read = () => value.map((s, i) => ({ ...s, temperature_offset: Number(inputs[i]?.value) }));
  const write = (v: unknown) => (v as Sensor[]).forEach((s, i) => inputs[i] && (inputs[i].value = String(s.temperature_offset)));
  return wrap(path, value, { control, read, write }, '°C');
}

function choiceField(path: string, value: number | string, options: (number | string)[]): Field {
  const { unit } = units[path] ?? { unit: '' };
  const name = (o: number | string) => words.choices[`${path}.${o}`] ?? `${o}${unit}`;
  const control = h('select', {}, ...options.map((o) => h('option', { attrs: { value: o, selected: o === value } }, name(o))));
  const read = () => (typeof value === 'number' ? Number(control.value) : control.value);
  return wrap(path, value, { control, read, write: (v) => (control.value = String(v)) });
}

function switchField(path: string, value: boolean): Field {
  const control = h('input', { class: 'check', attrs: { type: 'checkbox', checked: value } });
  return wrap(path, value, { control, read: () => control.checked, write: (v) => (control.checked = v === true) });
}
