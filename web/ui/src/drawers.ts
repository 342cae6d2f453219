// What is needed seldom: the sheets behind the menu, set-up and trust. It is a
// file of its own, so that the picture need not wait for it; see later.ts.
export { openAbout } from './about';
export { openPeople } from './people';
export { openPositions } from './positions';
export { openRoom } from './room';
export { openSettings } from './settings';
export { setupScreen } from './setup';
export { openTimeline } from './timeline';
export { trustScreen } from './trust';
export { openWifi, problemWords } from './wifi';
export { wifiScreen } from './wifigate';
