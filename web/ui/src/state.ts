// What the monitor says is true now: the JSON of GET /api/state. Angles are in
// degrees, temperatures in °C, times in RFC 3339.

export type Condition = 'absent' | 'resting' | 'starting' | 'ok' | 'fault';
export type Role = 'viewer' | 'parent';

export interface Health {
  condition: Condition;
  detail?: string;
  since: string;
  tries?: number;
}

/** A part of the full picture, in fractions of it. */
export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Pose {
  pan: number;
  tilt: number;
}

/** How the monitor gets a newer version. */
export interface Update {
  way: 'itself' | 'apt' | '';
  stage: 'idle' | 'uploading' | 'checking' | 'installing' | 'installed' | 'updated' | 'failed';
  percent: number;
  version?: string;
  why?: string;
  detail?: string;
}

export interface Device {
  name: string;
  version: string;
  simulated: boolean;
  started: string;
  http: string[] | null;
  https: string[] | null;
  media_port: number;
  /** Day until which its version gets updates, as 2028-12-31; "" where it is not known. */
  support_end?: string;
  update?: Update;
  /** false: the monitor does not know the time yet. */
  clock_set?: boolean;
}

/** Why a Wi-Fi could not be joined. */
export interface WifiProblem {
  ssid: string;
  why: string;
  detail: string;
}

/** How the monitor is reached. */
export interface Network {
  way: 'none' | 'wired' | 'wifi' | 'own';
  ssid: string;
  /** Per cent; 0 while unknown. */
  signal: number;
  addresses: string[];
  joining: string;
  problem: WifiProblem | null;
}

/** The computer that the monitor runs on. */
export interface Board {
  temperature: number;
  under_voltage: boolean;
}

export interface Camera extends Health {
  source: string;
  width: number;
  height: number;
  fps: number;
  bitrate: number;
  zoom: Rect;
  can_zoom: boolean;
  /** What a parent should know of the picture that is no fault. */
  note?: string;
}

export interface Head extends Health, Pose {
  moving: boolean;
  pan_min: number;
  pan_max: number;
  tilt_min: number;
  tilt_max: number;
  presets: Record<string, Pose> | null;
}

export type NightMode = 'auto' | 'day' | 'night';

export interface Night extends Health {
  mode: NightMode;
  night: boolean;
  lamps: boolean;
  lux: number | null;
}

export interface Measure {
  value: number;
  at: string;
  stale: boolean;
  comfort: string;
  fault?: string;
}

export interface Climate extends Health {
  temperature: Measure | null;
  humidity: Measure | null;
  co2?: Measure | null;
}

export interface Sound extends Health {
  level: number;
  steps: number;
  muted: boolean;
}

export interface Speaker extends Health {
  talking: string[] | null;
}

export interface PlayerState {
  playing: boolean;
  track: string;
  title: string;
  volume: number;
  max_volume: number;
  loop: boolean;
  timer_minutes: number;
  ends_at: string | null;
  fading: boolean;
  fault?: string;
}

export interface Viewer {
  id: string;
  name: string;
  role: Role;
  from: string;
  since: string;
  talking: boolean;
  transport: string;
  bitrate: number;
  rtt_ms: number;
  loss: number;
}

export interface Service extends Health {
  name: string;
  restarts: number;
}

export interface State {
  time: string;
  device: Device;
  board?: Board | null;
  camera: Camera;
  head: Head;
  night: Night;
  climate: Climate;
  sound: Sound;
  speaker: Speaker;
  player: PlayerState;
  viewers: Viewer[] | null;
  rooms: Service[] | null;
  /** null where the monitor does not care for its network. */
  network?: Network | null;
}

export interface Lullaby {
  id: string;
  title: string;
  kind: 'melody' | 'noise' | 'own';
  seconds: number;
  origin: string;
}

export interface Person {
  name: string;
  role: Role;
}
