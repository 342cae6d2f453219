// Numbers and times in the page's language.
import { words } from './language';

const locale = words.language;
const hourMinute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayName = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

/** clock as 02:41. */
export function clock(at: number | string): string {
  return hourMinute.format(new Date(at));
}

/** weekday as Tue. */
export function weekday(at: number): string {
  return dayName.format(new Date(at));
}

/** tenths as 21.4. */
export function tenths(v: number): string {
  return one.format(v);
}

/** round as 46. */
export function round(v: number): string {
  return whole.format(v);
}

/** lateness as 180 ms or 3.2 s; steps of 10 ms, so that it does not flicker. */
export function lateness(ms: number): string {
  return ms < 995 ? `${Math.max(10, Math.round(ms / 10) * 10)} ms` : `${one.format(ms / 1000)} s`;
}

/** length of a time as 7 s, 12 min, 3 h. */
export function length(ms: number): string {
  return words.duration(Math.max(0, Math.round(ms / 1000)));
}
