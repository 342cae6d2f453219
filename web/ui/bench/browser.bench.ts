// What a parent's phone would measure: delay of the picture, time to the first
// frame, share of time frozen on a bad network. Prints a table; judges nothing.
import { afterAll, beforeAll, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { launch, stripDelay } from "../e2e/browser";
import { Monitor, parent } from "../e2e/monitor";
import { relay } from "./relay";

const first = Number(process.env.BENCH_SESSIONS ?? 30);
const lossSeconds = Number(process.env.BENCH_SECONDS ?? 30);

let monitor: Monitor;
let browser: Browser;
let page: Page;
let mediaPort = 0;

beforeAll(async () => {
  monitor = await (await new Monitor().start()).setUp();
  browser = await launch();
  page = await browser.newPage();
  await page.goto(monitor.url + "/healthz");
  await page.evaluate((who) => fetch("/api/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(who) }), parent);
  await page.evaluate(watchScript);
  mediaPort = (await monitor.state()).device.media_port;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await monitor?.dispose();
});

/** Defines watch(via) in the page: opens a session and resolves at its first presented frame. */
const watchScript = `
globalThis.watch = async (via) => {
  const began = performance.now();
  const pc = new RTCPeerConnection();
  pc.addTransceiver("video", { direction: "recvonly" });
  pc.addTransceiver("audio", { direction: "recvonly" });
  const video = document.createElement("video");
  video.muted = true; video.autoplay = true; video.playsInline = true;
  document.body.append(video);
  const shown = new Promise((r) => video.requestVideoFrameCallback(() => r(performance.now() - began)));
  pc.ontrack = (e) => { if (e.track.kind === "video") video.srcObject = new MediaStream([e.track]); };
  await pc.setLocalDescription();
  const answer = await fetch("/whep", { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription.sdp });
  if (answer.status !== 201) throw new Error("WHEP " + answer.status + " " + (await answer.text()));
  let sdp = await answer.text();
  if (via) sdp = sdp.split("\\r\\n").filter((l) => !l.startsWith("a=candidate") || (/ udp /i.test(l) && l.includes("127.0.0.1")))
    .map((l) => l.startsWith("a=candidate") ? l.replace(/127\\.0\\.0\\.1 \\d+/, "127.0.0.1 " + via) : l).join("\\r\\n");
  await pc.setRemoteDescription({ type: "answer", sdp });
  const session = answer.headers.get("Location");
  const end = async () => { video.remove(); pc.close(); await fetch(session, { method: "DELETE" }); };
  return { pc, video, shown: await shown, end };
};`;

function quantiles(values: number[]): string {
  const v = [...values].sort((a, b) => a - b);
  const q = (p: number) => v[Math.min(v.length - 1, Math.floor(p * v.length))].toFixed(0);
  return `p50 ${q(0.5)} ms, p95 ${q(0.95)} ms (${v.length} values)`;
}

test("time from opening the session to the first frame", async () => {
  const times: number[] = await page.evaluate(`(async () => {
    const keep = await watch();            // the camera already runs, as with a second phone
    const times = [];
    for (let i = 0; i < ${first}; i++) { const s = await watch(); times.push(s.shown); await s.end(); }
    await keep.end();
    return times;
  })()`);
  console.log(`first frame, camera running: ${quantiles(times)}; goal p95 ≤ 100 ms`);
}, 300_000);

test("delay of the picture", async () => {
  const delays: number[] = await page.evaluate(`(async () => {
    const delay = ${stripDelay};
    const s = await watch();
    const values = [];
    await new Promise((done) => {
      const seen = () => {
        const d = delay(s.video);
        if (d !== null) values.push(d);
        if (values.length < 300) s.video.requestVideoFrameCallback(seen); else done();
      };
      s.video.requestVideoFrameCallback(seen);
    });
    await s.end();
    return values.slice(30);
  })()`);
  console.log(`delay of the picture, painted to presented: ${quantiles(delays)}`);
}, 300_000);

for (const [loss, goal] of [[0, 0], [0.02, 1], [0.05, 3]]) {
  test(`frozen share at ${loss * 100} % loss and 25 ms`, async () => {
    const bad = await relay(mediaPort, loss, 25);
    const r: any = await page.evaluate(`(async () => {
      const s = await watch(${bad.port});
      const stats = async () => { for (const r of (await s.pc.getStats()).values()) if (r.type === "inbound-rtp" && r.kind === "video") return r; };
      const a = await stats();
      await new Promise((r) => setTimeout(r, ${lossSeconds * 1000}));
      const b = await stats();
      await s.end();
      return { frozen: b.totalFreezesDuration - a.totalFreezesDuration, frames: b.framesDecoded - a.framesDecoded,
        lost: b.packetsLost, nacks: b.nackCount, plis: b.pliCount, kbps: (b.bytesReceived - a.bytesReceived) * 8 / ${lossSeconds} / 1000 };
    })()`);
    bad.close();
    const share = (100 * r.frozen) / lossSeconds;
    console.log(`${loss * 100} % loss, 25 ms: frozen ${share.toFixed(2)} % of the time${goal ? `; goal ≤ ${goal} %` : ""} (${(r.frames / lossSeconds).toFixed(1)} fps, ` +
      `${r.kbps.toFixed(0)} kb/s, lost ${r.lost}, NACKs ${r.nacks}, PLIs ${r.plis}, dropped on the way ${bad.dropped()})`);
  }, 300_000);
}
