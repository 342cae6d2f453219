// Names of the monitor's settings and their groups, by their names in the
// settings file, and of its devices in the doctor's report, in both languages.

const en = {
  groups: {
    general: 'General', camera: 'Camera', head: 'Head', ircut: 'Night vision', climate: 'Climate', audio: 'Sound', access: 'Access',
  } as Record<string, string>,
  fields: {
    name: 'Name of the monitor',
    'camera.source': 'Source', 'camera.width': 'Width', 'camera.height': 'Height', 'camera.fps': 'Pictures per second',
    'camera.max_bitrate': 'Highest data rate', 'camera.rotate': 'Turn the picture', 'camera.max_viewers': 'Most phones at once',
    'camera.flip_h': 'Mirror left and right', 'camera.flip_v': 'Mirror up and down',
    'camera.exposure': 'Exposure (0: automatic)', 'camera.iso': 'Sensitivity, ISO (0: automatic)',
    'camera.white_balance': 'White balance (0: automatic)', 'camera.mains': 'Against flickering lamps', 'camera.black_white': 'Black and white',
    'head.speed': 'Speed', 'head.acceleration': 'Acceleration',
    'head.pan.min': 'Leftmost', 'head.pan.max': 'Rightmost', 'head.pan.trim': 'Trim, sideways', 'head.pan.reverse': 'Sideways reversed',
    'head.pan.speed': 'Speed sideways (0: as above)', 'head.pan.acceleration': 'Acceleration sideways (0: as above)',
    'head.tilt.speed': 'Speed up and down (0: as above)', 'head.tilt.acceleration': 'Acceleration up and down (0: as above)',
    'head.tilt.min': 'Lowest', 'head.tilt.max': 'Highest', 'head.tilt.trim': 'Trim, up and down', 'head.tilt.reverse': 'Up and down reversed',
    'ircut.night_below': 'Night below', 'ircut.day_above': 'Day above', 'ircut.ambient': 'Light is measured by',
    'climate.temperature.very_low': 'Cold below', 'climate.temperature.low': 'Good from',
    'climate.temperature.high': 'Good to', 'climate.temperature.very_high': 'Hot above',
    'climate.humidity.very_low': 'Very dry below', 'climate.humidity.low': 'Good from (humidity)',
    'climate.humidity.high': 'Good to (humidity)', 'climate.humidity.very_high': 'Very humid above',
    'audio.max_volume': 'Loudest the speaker may be', 'climate.sensor': 'Add to the thermometer', 'access.allowed_origins': 'Other web addresses that may use it',
    'access.setup_code': 'Ask for the set-up code on a new start',
  } as Record<string, string>,
  choices: {
    'camera.mains.0': 'off', 'camera.black_white.night': 'by night', 'camera.black_white.never': 'never', 'camera.black_white.always': 'always',
  } as Record<string, string>,
  devices: 'Devices',
  checkAgain: 'Check again',
  checking: 'Asking the devices …',
  deviceOk: 'fine',
  deviceFault: 'faulty',
  deviceNames: {
    camera: 'Camera', microphone: 'Microphone', speaker: 'Speaker', head: 'Head', night: 'IR filter', climate: 'Climate',
    board: 'Computer', certificate: 'Certificate', found: 'There is', rights: 'Rights',
  } as Record<string, string>,
};

const de: typeof en = {
  groups: {
    general: 'Allgemein', camera: 'Kamera', head: 'Kopf', ircut: 'Nachtsicht', climate: 'Klima', audio: 'Ton', access: 'Zugang',
  },
  fields: {
    name: 'Name des Monitors',
    'camera.source': 'Quelle', 'camera.width': 'Breite', 'camera.height': 'Höhe', 'camera.fps': 'Bilder pro Sekunde',
    'camera.max_bitrate': 'Höchste Datenrate', 'camera.rotate': 'Bild drehen', 'camera.max_viewers': 'Höchstens gleichzeitig',
    'camera.flip_h': 'Links und rechts spiegeln', 'camera.flip_v': 'Oben und unten spiegeln',
    'camera.exposure': 'Belichtung (0: automatisch)', 'camera.iso': 'Empfindlichkeit, ISO (0: automatisch)',
    'camera.white_balance': 'Weißabgleich (0: automatisch)', 'camera.mains': 'Gegen flackernde Lampen', 'camera.black_white': 'Schwarzweiß',
    'head.speed': 'Tempo', 'head.acceleration': 'Beschleunigung',
    'head.pan.min': 'Ganz links', 'head.pan.max': 'Ganz rechts', 'head.pan.trim': 'Feineinstellung seitlich', 'head.pan.reverse': 'Seitlich umgekehrt',
    'head.pan.speed': 'Tempo seitlich (0: wie oben)', 'head.pan.acceleration': 'Beschleunigung seitlich (0: wie oben)',
    'head.tilt.speed': 'Tempo auf und ab (0: wie oben)', 'head.tilt.acceleration': 'Beschleunigung auf und ab (0: wie oben)',
    'head.tilt.min': 'Ganz unten', 'head.tilt.max': 'Ganz oben', 'head.tilt.trim': 'Feineinstellung Höhe', 'head.tilt.reverse': 'Auf und ab umgekehrt',
    'ircut.night_below': 'Nacht unter', 'ircut.day_above': 'Tag über', 'ircut.ambient': 'Licht misst',
    'climate.temperature.very_low': 'Kalt unter', 'climate.temperature.low': 'Gut ab',
    'climate.temperature.high': 'Gut bis', 'climate.temperature.very_high': 'Heiß über',
    'climate.humidity.very_low': 'Sehr trocken unter', 'climate.humidity.low': 'Gut ab (Feuchte)',
    'climate.humidity.high': 'Gut bis (Feuchte)', 'climate.humidity.very_high': 'Sehr feucht über',
    'audio.max_volume': 'So laut darf der Lautsprecher höchstens sein', 'climate.sensor': 'Zum Thermometer dazuzählen', 'access.allowed_origins': 'Andere Webadressen, die ihn benutzen dürfen',
    'access.setup_code': 'Beim Neuanfang nach dem Einrichtungscode fragen',
  },
  choices: {
    'camera.mains.0': 'aus', 'camera.black_white.night': 'nachts', 'camera.black_white.never': 'nie', 'camera.black_white.always': 'immer',
  },
  devices: 'Geräte',
  checkAgain: 'Noch einmal prüfen',
  checking: 'Die Geräte werden gefragt …',
  deviceOk: 'in Ordnung',
  deviceFault: 'gestört',
  deviceNames: {
    camera: 'Kamera', microphone: 'Mikrofon', speaker: 'Lautsprecher', head: 'Kopf', night: 'IR-Filter', climate: 'Klima',
    board: 'Rechner', certificate: 'Zertifikat', found: 'Vorhanden', rights: 'Rechte',
  },
};

export const settingWords = { en, de };
