// The machine's own Chromium, driven by playwright-core.
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { toneWav } from "./wav";

/** Starts Chromium whose microphone hears a steady tone of toneHz. home is where it keeps what it trusts. */
export function launch(toneHz = 440, home = process.env.HOME!): Promise<Browser> {
  const tone = join(mkdtempSync(join(tmpdir(), "babymonitor-tone-")), "tone.wav");
  writeFileSync(tone, toneWav(toneHz, 10));
  return chromium.launch({
    env: { ...process.env, HOME: home } as Record<string, string>,
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
      "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${tone}`,
    ],
  });
}

/** The phone that tests hold: 390×844, dark. */
export const phone = { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true, ignoreHTTPSErrors: true } as const;

/**
 * Code that runs in the page: reads the time strip of the simulated picture
 * (48 cells along the lower edge: 0xA5, milliseconds, check byte) from a
 * video element. Returns the delay in ms, or null where there is no strip.
 */
export const stripDelay = `(video) => {
  const w = video.videoWidth, h = video.videoHeight;
  if (!w) return null;
  const cell = w / 80, high = h / 45;
  const canvas = globalThis.__strip ??= new OffscreenCanvas(1, 1);
  canvas.width = 48 * cell; canvas.height = high;
  const g = canvas.getContext("2d", { willReadFrequently: true });
  g.drawImage(video, 0, h - high, 48 * cell, high, 0, 0, 48 * cell, high);
  const px = g.getImageData(0, Math.floor(high / 2), canvas.width, 1).data;
  const now = Date.now();
  const bytes = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 48; i++) if (px[4 * Math.floor((i + 0.5) * cell)] > 128) bytes[i >> 3] |= 128 >> (i & 7);
  const [sync, a, b, c, d, check] = bytes;
  if (sync !== 0xa5 || (a ^ b ^ c ^ d) !== check) return null;
  const stamp = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return (now % 2 ** 32) - stamp;
}`;
