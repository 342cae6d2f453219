// Which of the languages this page speaks: the parent's choice, else the
// browser's wish, else English. It is settled when the page loads.
import { preferences } from './preferences';
import { english, type Words } from './words';
import { german } from './words.de';

export const tables: Record<string, Words> = { en: english, de: german };

/** choose the language for a preference and the browser's wishes, best first. */
export function choose(preference: string, wishes: readonly string[]): Words {
  const codes = preference === 'auto' ? wishes.map((w) => w.slice(0, 2).toLowerCase()) : [preference];
  for (const code of codes) {
    const found = tables[code];
    if (found) return found;
  }
  return english;
}

export const words: Words = choose(preferences.language, typeof navigator === 'undefined' ? [] : navigator.languages);
