// The sheet that says why the microphone cannot be had, and what to do.
import { h } from './dom';
import type { House } from './house';
import { words } from './language';
import { secureAddress, type MicrophoneRefused } from './microphone';

/** helpWithMicrophone opens it. */
export function helpWithMicrophone(house: House, refused: MicrophoneRefused): void {
  house.sheets.show({
    name: 'microphone',
    title: words.microphoneTitle,
    content: [h('div', { class: 'prose', test: 'microphone-help', attrs: { 'data-reason': refused.reason } }, ...explain(house, refused))],
  });
}

function explain(house: House, refused: MicrophoneRefused): Node[] {
  const p = (words: string) => h('p', {}, words);
  const steps = (list: string[]) => h('ol', {}, ...list.map((step) => h('li', {}, step)));
  switch (refused.reason) {
    case 'insecure': {
      const address = secureAddress(house.live.state?.device.https ?? [], location.hostname);
      if (!address) return [p(words.microphoneInsecure), p(words.microphoneNoAddress)];
      const link = h('a', { class: 'address', test: 'microphone-link', attrs: { href: address } }, address);
      return [p(words.microphoneInsecure), link, steps(words.microphoneInsecureSteps)];
    }
    case 'denied':
      return [p(words.microphoneDenied), steps(words.microphoneDeniedSteps)];
    case 'none':
      return [p(words.microphoneNone)];
    case 'busy':
      return [p(words.microphoneBusy)];
    case 'other':
      return [p(words.microphoneOther(refused.why))];
  }
}
