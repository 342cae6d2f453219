// Words about caring for the monitor itself: trusting its certificate, updates,
// restarts, in both languages.

const en = {
  invite: 'Invite with a QR code',
  inviteHelp: 'Another phone in this Wi-Fi reads it and opens this page.',

  // Trust
  trust: 'Trust this monitor',
  trustIntro:
    'No phone knows the monitor’s own certificate at first. Tell this device once that it is yours, and the warning is gone for good.',
  trustIs: {
    checking: 'Asking the browser …',
    trusted: 'Trusted: this device knows your monitor. Everything works.',
    clicked: 'Encrypted, but not trusted yet: you went past a warning. Talking works in most browsers, installing the page does not.',
    accepted: 'This device accepts the encrypted page. Open it to see whether it is trusted.',
    untrusted: 'Not trusted yet. Here you can look and listen; talking and keeping the screen on need the encrypted page.',
    none: 'This monitor offers no encrypted page. Switch https on where it is started.',
  },
  trustGiven: 'The monitor has a certificate that devices know already. Nothing is to be done.',
  trustOpen: 'Open the encrypted page',
  trustGet: 'Get the certificate',
  trustSystems: { iphone: 'iPhone', android: 'Android', computer: 'Computer' },
  trustSteps: {
    iphone: [
      'In Safari, tap “Get the certificate” below and allow the download.',
      'Open the Settings app. Tap “Profile Downloaded” at the top, then “Install”.',
      'Still in Settings: General › About › Certificate Trust Settings. Switch on “Baby monitor”.',
      'Come back here and open the encrypted page.',
    ],
    android: [
      'Tap “Get the certificate” below. It is saved under Downloads.',
      'Open the Settings app and search for “CA certificate”. Tap “Install anyway”.',
      'Choose the file babymonitor-ca.crt.',
      'Come back here and open the encrypted page.',
    ],
    computer: [
      'Click “Get the certificate” below and open the file.',
      'Windows: “Install Certificate” › “Current User” › the store “Trusted Root Certification Authorities”.',
      'Mac: in Keychain Access, double-click “Baby monitor” and choose Trust › “Always Trust”.',
      'Linux: in the browser’s settings, search for “certificates” and import the file under “Authorities”.',
      'Start the browser again and open the encrypted page.',
    ],
  },
  trustBack: 'Back to the monitor',
  trustHint: 'Talk without a warning',

  // Care
  care: 'Care',
  support: 'Updates until',
  supportUnknown: 'not known: no release',
  supportOver: (day: string) => `${day}: over. Update to a newer version.`,
  update: 'Update',
  updateIs: {
    uploading: (p: number) => `Sending it to the monitor, ${p} %. Keep this page open.`,
    checking: 'Checking that it is whole, signed, and for this monitor …',
    installing: (p: number) => `Installing, ${p} %. The monitor goes on watching.`,
    installed: (v: string) => `Version ${v} is installed. Restart the monitor when the baby is with you.`,
    updated: (v: string) => `The monitor runs version ${v} now.`,
    failed: 'The update was not installed. Nothing has changed.',
  },
  updateWhy: {
    signature: 'This file is not signed by those who make this monitor. Get it again from where you got the monitor.',
    broken: 'This file is no update, or it was damaged on the way. Download it again.',
    device: 'This update is for another kind of device. Download the one for this monitor.',
    space: 'There is no room for it on the monitor’s card. Remove lullabies of your own.',
    clock: 'Its signature cannot be checked, because the monitor does not know the time. Let it reach the internet once.',
    rolledback: 'The new version did not start well, so the monitor went back to the one before by itself.',
  } as Record<string, string>,
  updateChoose: 'Choose the update file',
  updateHelp: 'A file that ends in .raucb and is signed by the makers of this monitor.',
  updateApt: 'This monitor is a package of its system, which updates it:',
  updateHand: 'This monitor was built by hand. Build the newer version in the same way.',
  restart: 'Restart the monitor',
  restartSure: 'Tap again to restart',
  restarting: 'The monitor restarts. This page comes back by itself.',
  restartHelp: 'Picture and sound are away for about a minute.',
  diagnostics: 'Save a file for a bug report',
  diagnosticsHelp: 'It tells what the monitor did lately. Passwords, codes, and names of people and Wi-Fis are taken out.',
  reset: 'Forget everything',
  resetHelp:
    'For giving the monitor away: people, settings, history, lullabies and the Wi-Fi are removed for good.',
  resetElsewhere: 'To forget everything here, remove the package with all that it keeps:',
  resetGo: 'Forget everything now',
  resetting: 'The monitor forgets everything and starts as new.',
  resetWrong: 'The password is not right. Nothing was changed.',
};

type Words = typeof en;

const de: Words = {
  invite: 'Mit QR-Code einladen',
  inviteHelp: 'Ein anderes Handy in diesem WLAN liest ihn und öffnet diese Seite.',

  trust: 'Diesem Monitor vertrauen',
  trustIntro:
    'Das eigene Zertifikat des Monitors kennt anfangs kein Handy. Sag diesem Gerät einmal, dass er deiner ist, und die Warnung ist für immer weg.',
  trustIs: {
    checking: 'Der Browser wird gefragt …',
    trusted: 'Vertraut: Dieses Gerät kennt deinen Monitor. Alles geht.',
    clicked: 'Verschlüsselt, aber noch nicht vertraut: Du bist über eine Warnung gegangen. Sprechen geht in den meisten Browsern, die Seite installieren nicht.',
    accepted: 'Dieses Gerät nimmt die verschlüsselte Seite an. Öffne sie, um zu sehen, ob ihr vertraut wird.',
    untrusted: 'Noch nicht vertraut. Hier kannst du sehen und hören; zum Sprechen und für den wachen Bildschirm braucht es die verschlüsselte Seite.',
    none: 'Dieser Monitor bietet keine verschlüsselte Seite an. Schalte https dort ein, wo er gestartet wird.',
  },
  trustGiven: 'Der Monitor hat ein Zertifikat, das Geräte schon kennen. Es ist nichts zu tun.',
  trustOpen: 'Verschlüsselte Seite öffnen',
  trustGet: 'Zertifikat holen',
  trustSystems: { iphone: 'iPhone', android: 'Android', computer: 'Computer' },
  trustSteps: {
    iphone: [
      'Tippe in Safari unten auf „Zertifikat holen“ und erlaube das Laden.',
      'Öffne die App Einstellungen. Tippe oben auf „Profil geladen“ und dann auf „Installieren“.',
      'Weiter in den Einstellungen: Allgemein › Info › Zertifikatsvertrauenseinstellungen. Schalte „Baby monitor“ ein.',
      'Komm hierher zurück und öffne die verschlüsselte Seite.',
    ],
    android: [
      'Tippe unten auf „Zertifikat holen“. Es liegt dann unter Downloads.',
      'Öffne die App Einstellungen und suche nach „CA-Zertifikat“. Tippe auf „Trotzdem installieren“.',
      'Wähle die Datei babymonitor-ca.crt.',
      'Komm hierher zurück und öffne die verschlüsselte Seite.',
    ],
    computer: [
      'Klicke unten auf „Zertifikat holen“ und öffne die Datei.',
      'Windows: „Zertifikat installieren“ › „Aktueller Benutzer“ › Speicher „Vertrauenswürdige Stammzertifizierungsstellen“.',
      'Mac: Klicke in der Schlüsselbundverwaltung doppelt auf „Baby monitor“ und wähle Vertrauen › „Immer vertrauen“.',
      'Linux: Suche in den Einstellungen des Browsers nach „Zertifikate“ und importiere die Datei unter „Zertifizierungsstellen“.',
      'Starte den Browser neu und öffne die verschlüsselte Seite.',
    ],
  },
  trustBack: 'Zurück zum Monitor',
  trustHint: 'Sprechen ohne Warnung',

  care: 'Pflege',
  support: 'Updates bis',
  supportUnknown: 'nicht bekannt: keine Freigabe',
  supportOver: (day) => `${day}: vorbei. Nimm eine neuere Version.`,
  update: 'Update',
  updateIs: {
    uploading: (p) => `Wird zum Monitor gesendet, ${p} %. Lass diese Seite offen.`,
    checking: 'Es wird geprüft, ob es ganz, unterschrieben und für diesen Monitor ist …',
    installing: (p) => `Wird installiert, ${p} %. Der Monitor wacht weiter.`,
    installed: (v) => `Version ${v} ist installiert. Starte den Monitor neu, wenn das Baby bei dir ist.`,
    updated: (v) => `Der Monitor läuft jetzt mit Version ${v}.`,
    failed: 'Das Update wurde nicht installiert. Nichts hat sich geändert.',
  },
  updateWhy: {
    signature: 'Diese Datei ist nicht von den Machern dieses Monitors unterschrieben. Hole sie noch einmal dort, woher der Monitor kommt.',
    broken: 'Diese Datei ist kein Update oder wurde unterwegs beschädigt. Lade sie noch einmal.',
    device: 'Dieses Update ist für eine andere Art von Gerät. Lade das für diesen Monitor.',
    space: 'Auf der Karte des Monitors ist kein Platz dafür. Entferne eigene Schlaflieder.',
    clock: 'Die Unterschrift lässt sich nicht prüfen, weil der Monitor die Zeit nicht kennt. Lass ihn einmal ins Internet.',
    rolledback: 'Die neue Version startete nicht gut; der Monitor ist von selbst zur vorigen zurückgekehrt.',
  },
  updateChoose: 'Update-Datei wählen',
  updateHelp: 'Eine Datei, die auf .raucb endet und von den Machern dieses Monitors unterschrieben ist.',
  updateApt: 'Dieser Monitor ist ein Paket seines Systems, das ihn aktualisiert:',
  updateHand: 'Dieser Monitor wurde von Hand gebaut. Baue die neuere Version ebenso.',
  restart: 'Monitor neu starten',
  restartSure: 'Zum Neustarten noch einmal tippen',
  restarting: 'Der Monitor startet neu. Diese Seite kommt von selbst zurück.',
  restartHelp: 'Bild und Ton sind etwa eine Minute lang weg.',
  diagnostics: 'Datei für einen Fehlerbericht sichern',
  diagnosticsHelp: 'Sie sagt, was der Monitor zuletzt tat. Passwörter, Codes und Namen von Personen und WLANs sind herausgenommen.',
  reset: 'Alles vergessen',
  resetHelp:
    'Zum Weitergeben: Personen, Einstellungen, Verlauf, Schlaflieder und WLAN werden unwiderruflich entfernt.',
  resetElsewhere: 'Um hier alles zu vergessen, entferne das Paket mit allem, was es aufhebt:',
  resetGo: 'Jetzt alles vergessen',
  resetting: 'Der Monitor vergisst alles und startet wie neu.',
  resetWrong: 'Das Passwort stimmt nicht. Nichts wurde geändert.',
};

export const careWords = { en, de };
