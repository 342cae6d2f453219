// A verdict in words: what is, and what is being done about it. Pure but for
// the page's language.
import { lateness } from './format';
import { words } from './language';
import type { State } from './state';
import type { Verdict } from './truth';

export interface Around {
  state: State | null;
  /** Sessions in a row that brought no picture. */
  tries: number;
  refusal: { code: string; words: string } | null;
  delay: number | null;
}

/** badge is the word of the truth line, with a mark whose shape tells the level apart from its colour. */
export function badge(v: Verdict): { mark: string; word: string } {
  switch (v.kind) {
    case 'live':
      return { mark: '●', word: words.live };
    case 'unsure':
      return { mark: '▲', word: words.live };
    case 'delayed':
      return { mark: '▲', word: words.delayed };
    case 'nosound':
      return { mark: v.level === 'bad' ? '■' : '▲', word: words.noSound };
    case 'listening':
      return { mark: v.level === 'calm' ? '●' : '▲', word: words.soundOnly };
    case 'stale':
      return { mark: '▲', word: v.age === null ? words.notLive : words.oldPicture };
    case 'lost':
      return { mark: '■', word: words.notLive };
    case 'away':
      return { mark: '○', word: words.paused };
    case 'connecting':
      return { mark: '○', word: words.connecting };
  }
}

/** sentence says why it is not simply live; "" where there is nothing to say. */
export function sentence(v: Verdict, around: Around): string {
  if (v.kind === 'unsure') return v.cause === 'phone' ? words.unsurePhone : words.unsureServer;
  if (v.kind === 'away') return around.refusal ? refused(around) : '';
  if (v.kind === 'delayed') return words.delayedWords(lateness(around.delay ?? 0));
  switch (v.cause) {
    case 'none':
      return '';
    case 'camera':
      return camera(around);
    case 'microphone':
      return microphone(around);
    case 'refused':
      return refused(around);
    case 'link':
    case 'server':
      return words.causes[v.cause] + (around.tries > 1 ? ` ${words.attempt(around.tries)}` : '');
    default:
      return words.causes[v.cause];
  }
}

// The monitor's own words say more, but only in English.
function own(detail: string | undefined): string | null {
  return words.language === 'en' && detail ? detail : null;
}

function refused({ refusal }: Around): string {
  return words.refusals[refusal?.code ?? ''] ?? (refusal?.words || words.causes.refused);
}

function camera({ state }: Around): string {
  const c = state?.camera;
  if (c?.condition === 'absent') return words.noCamera;
  return own(c?.detail) ?? words.cameraFault(c?.tries ?? 0);
}

function microphone({ state }: Around): string {
  const s = state?.sound;
  if (s?.condition !== 'fault') return words.microphoneMuted;
  return own(s.detail) ?? words.microphoneFault(s.tries ?? 0);
}
