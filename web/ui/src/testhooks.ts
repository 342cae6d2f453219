// The names that end-to-end tests and other tools may rely on. Each control
// carries one as `data-testid`; `test` in h() accepts no other. Together with
// the roles and names for screen readers they are stable.
//
// Besides, these attributes tell what the page thinks:
//
//   trust-verdict[data-trust] checking | trusted | clicked | accepted | untrusted | none
//   trust-steps[data-system]  iphone | android | computer
//   update-state[data-stage]  the stage of state.ts
//   html[data-app]            trust | starting | wifi | setup | login | monitor | unreachable
//   html[data-alarm]          quiet | ringing | acknowledged
//   html[data-theme]          dark | light
//   html[data-role]           parent | viewer
//   html[data-handed]         left | right
//   html[data-idle]           present while floating controls have faded
//   truth[data-verdict]       the Kind of truth.ts: connecting, live, delayed, unsure, nosound,
//                             listening, stale, lost, away
//   truth[data-cause]         the Cause of truth.ts: none, phone, server, camera, refused, link,
//                             microphone, sound, delay
//   truth[data-delay]         estimated delay of the picture in ms, "" while unknown
//   truth[data-age]           age of the newest presented picture in ms, "" where there was none
//   stage[data-veil]          present while the picture is veiled
//   stage[data-hidden]        present while the old picture is hidden
//   stage[data-link]          new | connecting | connected | disconnected | failed | closed
//   talk[data-talk]           idle | opening | talking | blocked
//   listening[data-listening] on | background | off
//   night[data-mode]          auto | day | night, and [data-night] true | false: what is in force
//   zoom[data-scale]          scale of the view, "1" to "8"; below 1 where a tall screen shows the whole picture
//   joystick[data-pan], [data-tilt]  what is sent now, -1…1
//   pose[data-pan], [data-tilt]      the head's true pose in degrees
//   meter[aria-valuenow]      sound level, 0 to 7
//   track-ID[aria-pressed]    the lullaby ID plays
//
// localStorage "babymonitor.preferences" holds preferences.ts as JSON; a test
// that speaks a pure tone sets cleanVoice to false there, since browsers take
// tones for noise.
export type TestId =
  // truth line
  | 'truth' | 'clock' | 'badge' | 'truth-words' | 'viewers' | 'menu'
  // picture
  | 'stage' | 'video' | 'audio' | 'veil' | 'veil-words' | 'tap-for-sound' | 'watch-again' | 'zoom'
  | 'temperature' | 'humidity' | 'meter' | 'joystick' | 'knob' | 'pose' | 'preset-chip' | 'preset-save'
  // deck
  | 'story' | 'lullaby' | 'talk' | 'talk-seconds' | 'listening' | 'night' | 'snapshot' | 'fullscreen' | 'pip' | 'black'
  | 'now-playing' | 'stop'
  // over everything
  | 'alarm' | 'alarm-title' | 'alarm-words' | 'alarm-ack' | 'black-screen' | 'toast'
  // sheets
  | 'sheet' | 'sheet-close' | 'backdrop' | 'room' | 'gap' | 'board'
  | 'happenings' | 'happenings-more' | 'happening' | `period-${string}` | `chart-${string}`
  | `track-${string}` | `remove-${string}` | 'volume' | 'volume-mark' | `timer-${string}` | 'repeat' | 'upload' | 'upload-file' | 'upload-progress' | 'upload-error'
  | 'menu-people' | 'menu-settings' | 'menu-positions' | 'menu-room' | 'menu-timeline' | 'menu-about' | 'signout'
  | 'viewer' | 'kick' | 'user' | 'user-remove' | 'user-name' | 'user-password' | 'user-role' | 'user-add' | 'user-error'
  | 'password-old' | 'password-new' | 'password-save' | 'password-error'
  | `field-${string}` | `error-${string}` | 'settings-save' | 'settings-note'
  | `device-${string}` | 'devices-again'
  | 'language' | 'theme' | 'left-handed' | 'keep-awake' | 'clean-voice' | 'tone-baby' | 'tone-fault' | 'tone-resolved' | 'lock-test' | 'lock-result'
  | 'position' | 'position-go' | 'position-remove' | 'position-name' | 'position-save'
  | 'microphone-help' | 'microphone-link' | 'about'
  // Wi-Fi
  | 'settings-wifi' | 'wifi' | 'wifi-now' | 'wifi-problem' | 'wifi-look' | 'wifi-network' | 'wifi-hidden' | 'wifi-name' | 'wifi-password' | 'wifi-country'
  | 'wifi-join' | 'wifi-error' | 'wifi-leaving' | 'wifi-address' | 'wifi-code' | 'wifi-without' | 'wifi-own'
  | 'invite' | 'invite-code' | 'settings-trust' | 'trust' | 'trust-screen' | 'trust-link' | 'trust-verdict' | 'trust-open' | 'trust-again' | 'trust-steps' | 'trust-get' | 'trust-back' | `trust-for-${string}`
  | 'version' | 'support' | 'update-state' | 'update-progress' | 'update-error' | 'update-file' | 'update-choose' | 'restart' | 'diagnostics'
  | 'reset' | 'reset-password' | 'reset-error'
  | 'backup' | 'backup-password' | 'backup-save' | 'backup-error' | 'restore' | 'restore-file' | 'restore-progress' | 'restore-error'
  // getting in
  | 'setup' | 'setup-code' | 'login' | 'name' | 'password' | 'show-password' | 'submit' | 'gate-error' | 'unreachable';
