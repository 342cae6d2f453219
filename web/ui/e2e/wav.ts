// Sound as numbers: making test tones and finding them again.

/** Mono 16-bit WAV at 48 kHz of a sine. */
export function toneWav(hz: number, seconds: number, level = 0.5): Buffer {
  const n = Math.round(48000 * seconds);
  const b = Buffer.alloc(44 + 2 * n);
  b.write("RIFF", 0);
  b.writeUInt32LE(36 + 2 * n, 4);
  b.write("WAVEfmt ", 8);
  b.writeUInt32LE(16, 16);
  b.writeUInt16LE(1, 20);
  b.writeUInt16LE(1, 22);
  b.writeUInt32LE(48000, 24);
  b.writeUInt32LE(96000, 28);
  b.writeUInt16LE(2, 32);
  b.writeUInt16LE(16, 34);
  b.write("data", 36);
  b.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(32767 * level * Math.sin((2 * Math.PI * hz * i) / 48000)), 44 + 2 * i);
  return b;
}

/** Samples of a mono 16-bit WAV, -1 to 1. */
export function samples(wav: Buffer): Float64Array {
  const at = wav.indexOf("data") + 8;
  const out = new Float64Array((wav.length - at) >> 1);
  for (let i = 0; i < out.length; i++) out[i] = wav.readInt16LE(at + 2 * i) / 32768;
  return out;
}

/** Power of one frequency (Goertzel), as a fraction of the whole power. */
export function share(x: Float64Array, hz: number, rate = 48000): number {
  const c = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let s1 = 0;
  let s2 = 0;
  let whole = 0;
  for (const v of x) {
    const s = v + c * s1 - s2;
    s2 = s1;
    s1 = s;
    whole += v * v;
  }
  if (whole === 0) return 0;
  return (2 * (s1 * s1 + s2 * s2 - c * s1 * s2)) / (x.length * whole);
}

/** The strongest frequency between from and to, in Hz, by steps of 1 Hz, over windows of 1/4 s. */
export function strongest(x: Float64Array, from: number, to: number): { hz: number; share: number } {
  const window = x.length > 12000 ? x.subarray(x.length - 12000) : x;
  let best = { hz: 0, share: 0 };
  for (let hz = from; hz <= to; hz++) {
    const s = share(window, hz);
    if (s > best.share) best = { hz, share: s };
  }
  return best;
}
