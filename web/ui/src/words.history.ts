// The words of the timeline, in both languages.

type Telling = Record<string, (subject: string, detail: string) => string>;

const devices = {
  en: { camera: 'camera', microphone: 'microphone', speaker: 'speaker', head: 'head', night: 'IR filter', climate: 'climate sensor' } as Record<string, string>,
  de: { camera: 'Kamera', microphone: 'Mikrofon', speaker: 'Lautsprecher', head: 'Kamerakopf', night: 'IR-Filter', climate: 'Klimasensor' } as Record<string, string>,
};

const en = {
  timeline: 'What happened',
  period: 'Period',
  periods: { night: '12 hours', day: 'Day', week: 'Week' },
  measurements: 'Measured',
  loading: 'Reading the history …',
  nothingMeasured: 'Nothing was measured in this time.',
  nothingHappened: 'Nothing out of the ordinary in this time.',
  lowToHigh: (low: string, high: string) => (low === high ? low : `${low} to ${high}`),
  chartSays: (name: string, low: string, high: string, last: string) => `${name}: lowest ${low}, highest ${high}, last ${last}`,
  showAll: (n: number) => `Show all ${n}`,
  stillGoing: 'now',
  happened: {
    viewer: (who) => `${who} watched`,
    talk: (who) => `${who} spoke into the room`,
    fault: (device) => `Fault: ${devices.en[device] ?? device}`,
    temperature: (how, value) => (how === 'cold' ? `Too cold, ${value}` : `Too hot, ${value}`),
    humidity: (how, value) => (how === 'dry' ? `Dry air, ${value}` : `Humid air, ${value}`),
    sound: () => 'Loud in the room',
    lullaby: (title) => `Lullaby: ${title}`,
    night: () => 'Night vision',
    restart: () => 'The monitor started',
    history: () => 'The history was broken and began anew',
  } as Telling,
};

const de: typeof en = {
  timeline: 'Was geschah',
  period: 'Zeitraum',
  periods: { night: '12 Stunden', day: 'Tag', week: 'Woche' },
  measurements: 'Gemessen',
  loading: 'Lese den Verlauf …',
  nothingMeasured: 'In dieser Zeit wurde nichts gemessen.',
  nothingHappened: 'In dieser Zeit nichts Besonderes.',
  lowToHigh: (low, high) => (low === high ? low : `${low} bis ${high}`),
  chartSays: (name, low, high, last) => `${name}: niedrigster Wert ${low}, höchster ${high}, letzter ${last}`,
  showAll: (n) => `Alle ${n} zeigen`,
  stillGoing: 'jetzt',
  happened: {
    viewer: (who) => `${who} sah zu`,
    talk: (who) => `${who} sprach ins Zimmer`,
    fault: (device) => `Störung: ${devices.de[device] ?? device}`,
    temperature: (how, value) => (how === 'cold' ? `Zu kalt, ${value}` : `Zu warm, ${value}`),
    humidity: (how, value) => (how === 'dry' ? `Trockene Luft, ${value}` : `Feuchte Luft, ${value}`),
    sound: () => 'Laut im Zimmer',
    lullaby: (title) => `Schlaflied: ${title}`,
    night: () => 'Nachtsicht',
    restart: () => 'Das Babyfon startete',
    history: () => 'Der Verlauf war beschädigt und beginnt neu',
  },
};

export const historyWords = { en, de };
