// What this phone remembers by itself. Everything has a default; a browser
// that stores nothing (private mode) merely forgets.

export interface Preferences {
  language: 'auto' | 'en' | 'de';
  theme: 'auto' | 'dark' | 'light';
  listening: 'on' | 'background' | 'off';
  leftHanded: boolean;
  keepAwake: boolean;
  /** Let the browser take noise and echo out of the voice before it is sent. */
  cleanVoice: boolean;
  /** On a tall screen, the whole picture at first, not its middle at a larger size. */
  wholePicture: boolean;
}

const defaults: Preferences = {
  language: 'auto',
  theme: 'auto',
  listening: 'on',
  leftHanded: false,
  keepAwake: true,
  cleanVoice: true,
  wholePicture: false,
};

const KEY = 'babymonitor.preferences';

function load(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return { ...defaults };
  }
}

/** The present preferences; change them with prefer. */
export const preferences: Readonly<Preferences> = load();

/** prefer changes one preference and remembers it. */
export function prefer<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  (preferences as Preferences)[key] = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Not remembered; it still holds until the page is closed.
  }
}
