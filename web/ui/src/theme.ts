// Dark or light, right hand or left. Dark is what the style sheet begins with,
// so that nothing white flashes in a dark room.
import { attr } from './dom';
import { preferences } from './preferences';

const wish = matchMedia('(prefers-color-scheme: light)');

/** applyTheme follows the parent's choice, else the system's wish. */
export function applyTheme(): void {
  const light = preferences.theme === 'light' || (preferences.theme === 'auto' && wish.matches);
  attr(document.documentElement, 'data-theme', light ? 'light' : 'dark');
  const color = document.querySelector('meta[name=theme-color]');
  if (color) attr(color, 'content', light ? '#faf6ef' : '#000000');
}

/** applyHand puts the joystick where the thumb is. */
export function applyHand(): void {
  attr(document.documentElement, 'data-handed', preferences.leftHanded ? 'left' : 'right');
}

/** followSystem keeps up with the system's wish. */
export function followSystem(): void {
  wish.addEventListener('change', applyTheme);
}
