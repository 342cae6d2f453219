// What this is, and what it is not.
import { h } from './dom';
import type { House } from './house';
import { words } from './language';

/** openAbout shows the sheet. */
export function openAbout(house: House): void {
  const device = house.live.state?.device;
  const addresses = [...(device?.https ?? []), ...(device?.http ?? [])];
  const p = (content: string | null | undefined | false) => content && h('p', {}, content);
  house.sheets.show({
    name: 'about',
    title: words.about,
    content: [
      h(
        'div',
        { class: 'prose', test: 'about' },
        p(words.aboutHelp),
        p(words.aboutLock),
        p(device?.simulated && words.aboutSimulated),
        p(device && `${words.aboutVersion} ${device.version}`),
        addresses.length > 0 && h('h3', {}, words.aboutAddresses),
        h('ul', { class: 'plain-list' }, ...addresses.map((a) => h('li', {}, h('a', { attrs: { href: a } }, a)))),
        p(words.aboutLicense),
      ),
    ],
  });
}
