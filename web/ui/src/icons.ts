// The page's icons: strokes on a 24 by 24 grid, in the colour of the text.

const paths = {
  wifi: 'M2.5 9.5a14 14 0 0 1 19 0 M6 13a9 9 0 0 1 12 0 M9.2 16.4a4.2 4.2 0 0 1 5.6 0 M12 19.6v.1',
  people: 'M8 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M1.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6 M16 4.3a3.5 3.5 0 0 1 0 6.4 M18 14.4c2.7.7 4.2 2.7 4.5 5.6',
  menu: 'M4 7h16 M4 12h16 M4 17h16',
  note: 'M9 18V6l10-2.5v12 M9 18a2.7 2.7 0 1 1-5.4 0A2.7 2.7 0 0 1 9 18Z M19 15.5a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 0 1 5.4 0Z',
  waves: 'M3 9c2 0 2-2 4.5-2S10 9 12 9s2-2 4.5-2S19 9 21 9 M3 15c2 0 2-2 4.5-2s2.5 2 4.5 2 2-2 4.5-2 2.5 2 4.5 2',
  file: 'M7 3h7l4 4v14H7Z M14 3v4h4 M10.5 17.5v-6l4-.8v5.6',
  mic: 'M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15Z M5.5 11.5a6.5 6.5 0 0 0 13 0 M12 18v3',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z M15.5 9a4 4 0 0 1 0 6 M18 6.5a8 8 0 0 1 0 11',
  background: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z M15 9h6v6h-6Z M18 12v.01',
  silent: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z M16 9.5l5 5 M21 9.5l-5 5',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M12 2.5v2 M12 19.5v2 M2.5 12h2 M19.5 12h2 M5.3 5.3l1.4 1.4 M17.3 17.3l1.4 1.4 M18.7 5.3l-1.4 1.4 M6.7 17.3l-1.4 1.4',
  auto: 'M12 4a8 8 0 1 0 0 16Z M12 4a8 8 0 0 1 0 16',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4Z M12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6Z',
  full: 'M4 9V4h5 M20 9V4h-5 M4 15v5h5 M20 15v5h-5',
  shrink: 'M9 4v5H4 M15 4v5h5 M9 20v-5H4 M15 20v-5h5',
  pip: 'M3.5 5h17v14h-17Z M12 12h6v4.5h-6Z',
  power: 'M12 3.5v8 M7 6.2a8 8 0 1 0 10 0',
  home: 'M4 11.5 12 5l8 6.5 M6.5 10v9h11v-9',
  plus: 'M12 5v14 M5 12h14',
  stop: 'M7 7h10v10H7Z',
  close: 'M6 6l12 12 M18 6 6 18',
  bin: 'M5 7h14 M9.5 7V4.5h5V7 M7 7l1 13h8l1-13',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  gear: 'M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M12 2.5v3 M12 18.5v3 M2.5 12h3 M18.5 12h3 M5.3 5.3l2.1 2.1 M16.6 16.6l2.1 2.1 M18.7 5.3l-2.1 2.1 M7.4 16.6l-2.1 2.1',
  pin: 'M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11Z M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  thermometer: 'M10 13.5V5.5a2 2 0 0 1 4 0v8a4 4 0 1 1-4 0Z M12 10v7',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 7v5.2l3.5 2',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 11v5.5 M12 7.5v.01',
  lock: 'M6 11h12v9H6Z M8.5 11V8a3.5 3.5 0 0 1 7 0v3 M12 14.5v2.5',
  leave: 'M10 4H5v16h5 M10 12h11 M17 8l4 4-4 4',
  rain: 'M7 14.5a4 4 0 0 1 .3-8A5.5 5.5 0 0 1 17.8 8a3.3 3.3 0 0 1-.3 6.5 M8 17.5l-1 3 M12.5 17.5l-1 3 M17 17.5l-1 3',
  heart: 'M12 20s-8-4.8-8-10.5A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 8 2.3C20 15.2 12 20 12 20Z',
  fan: 'M12 12c-1-4 0-8 3-8s3 5-3 8Z M12 12c4-1 8 0 8 3s-5 3-8-3Z M12 12c1 4 0 8-3 8s-3-5 3-8Z M12 12c-4 1-8 0-8-3s5-3 8 3Z',
} as const;

export type Icon = keyof typeof paths;

const SVG = 'http://www.w3.org/2000/svg';

/** icon draws one; the name for screen readers belongs to the control around it. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
