// The timeline: what was measured and what happened, for a night, a day or a
// week.
import { call, say } from './api';
import { chart, timeOf, waiting, type Period, type Series } from './chart';
import type { Point } from './curve';
import { valueAt, type Tree } from './fields';
import { attr, h, refill } from './dom';
import { length, round, tenths } from './format';
import type { House } from './house';
import { icon, type Icon } from './icons';
import { words } from './language';

/** What happened, as /api/events tells it. until is null while it lasts. */
export interface Happening {
  at: string;
  until: string | null;
  kind: string;
  subject: string;
  detail: string;
}

const HOUR = 3600_000;
const SHOWN = 6; // happenings at first

/** The periods that can be chosen: how long, in steps of, with a mark each so many hours. */
const periods = {
  night: { long: 12 * HOUR, step: 300_000, marks: 3 },
  day: { long: 24 * HOUR, step: 600_000, marks: 6 },
  week: { long: 7 * 24 * HOUR, step: HOUR, marks: 24 },
} as const;

type Choice = keyof typeof periods;

/** openTimeline shows the sheet. */
export function openTimeline(house: House): void {
  const charts = h('div', { class: 'charts' });
  const list = h('ol', { class: 'happenings', test: 'happenings' });
  let chosen: Choice = 'night';
  const chips = (Object.keys(periods) as Choice[]).map((choice) =>
    h('button', { class: 'chip', test: `period-${choice}`, attrs: { type: 'button' }, on: { click: () => choose(choice) } }, words.periods[choice]),
  );
  const choose = (choice: Choice) => {
    chosen = choice;
    chips.forEach((chip, i) => attr(chip, 'aria-pressed', String(Object.keys(periods)[i] === choice)));
    void load(choice);
  };
  const load = async (choice: Choice) => {
    if (!charts.hasChildNodes()) waiting(charts);
    try {
      const told = await ask(choice);
      if (chosen !== choice) return; // another was chosen meanwhile
      refill(charts, ...told.series.map((s, i) => chart(s, told.points[i] ?? [], told.period)));
      fill(list, told.happenings.map((e) => row(e, told.period)));
    } catch (error) {
      refill(charts, h('p', { class: 'error' }, say(error)));
      refill(list);
    }
  };
  house.sheets.show({
    name: 'timeline',
    title: words.timeline,
    content: [h('div', { class: 'chips-row', attrs: { role: 'group', 'aria-label': words.period } }, ...chips), list, h('h3', {}, words.measurements), charts],
  });
  choose('night');
}

async function ask(choice: Choice) {
  const { long, step, marks } = periods[choice];
  const to = Date.now();
  const period: Period = { from: to - long, to, step, marks };
  const span = `from=${new Date(period.from).toISOString()}&to=${new Date(to).toISOString()}`;
  const { settings } = await call<{ settings: Tree }>('GET', '/api/settings');
  const series = allSeries(settings);
  const [happenings, ...points] = await Promise.all([
    call<Happening[]>('GET', `/api/events?${span}`),
    ...series.map((s) => call<Point[]>('GET', `/api/history?series=${s.name}&step=${step / 1000}&${span}`)),
  ]);
  return { period, series, happenings, points };
}

function allSeries(settings: Tree): Series[] {
  const good = (of: string) => {
    const low = valueAt(settings, `climate.${of}.low`);
    const high = valueAt(settings, `climate.${of}.high`);
    return typeof low === 'number' && typeof high === 'number' ? { low, high } : undefined;
  };
  return [
    { name: 'temperature', title: words.temperature, format: tenths, unit: ' °C', least: 3, good: good('temperature') },
    { name: 'humidity', title: words.humidity, format: round, unit: ' %', least: 15, good: good('humidity') },
    { name: 'sound', title: words.soundLevel, format: round, unit: ' dB', least: 30 },
  ];
}

const faces: Record<string, Icon> = {
  viewer: 'eye', talk: 'mic', fault: 'info', temperature: 'thermometer', humidity: 'rain', sound: 'sound', lullaby: 'note', night: 'moon', restart: 'power',
};

/** fill shows the newest, and the others when asked. */
function fill(list: HTMLElement, rows: HTMLElement[]): void {
  if (rows.length === 0) return refill(list, h('li', { class: 'hint' }, words.nothingHappened));
  if (rows.length <= SHOWN + 2) return refill(list, ...rows);
  const more = h('button', { class: 'wide', test: 'happenings-more', attrs: { type: 'button' }, on: { click: () => refill(list, ...rows) } }, words.showAll(rows.length));
  refill(list, ...rows.slice(0, SHOWN), h('li', {}, more));
}

/** row tells of one happening. */
function row(e: Happening, period: Period): HTMLElement {
  const lasted = e.until === null ? words.stillGoing : e.until === e.at ? '' : length(Date.parse(e.until) - Date.parse(e.at));
  const element = h(
    'li',
    { test: 'happening' },
    icon(faces[e.kind] ?? 'info'),
    h('span', { class: 'what' }, happened(e), e.kind === 'fault' && e.detail ? h('small', {}, e.detail) : null),
    h('span', { class: 'when' }, h('time', { attrs: { datetime: e.at } }, timeOf(Date.parse(e.at), period)), h('small', {}, lasted)),
  );
  attr(element, 'data-kind', e.kind);
  return element;
}

/** happened puts a happening into words. */
export function happened(e: Happening): string {
  const tell = words.happened[e.kind];
  return tell ? tell(e.subject, e.detail) : e.kind;
}
