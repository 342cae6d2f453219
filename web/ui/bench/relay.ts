// A bad network between two UDP ports: it drops a share of the packets and
// delays the rest, in both directions.
import { createSocket, type Socket } from "node:dgram";

export interface Relay {
  port: number;
  dropped: () => number;
  close: () => void;
}

/** Relays between whoever writes to the returned port and 127.0.0.1:to. */
export async function relay(to: number, loss: number, delayMs: number): Promise<Relay> {
  const front = createSocket("udp4");
  const backs = new Map<number, Socket>();
  let dropped = 0;
  let closed = false;
  const later = (send: () => void) => setTimeout(() => closed || send(), delayMs);
  let seed = 12345;
  const lost = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    if (seed / 2 ** 32 >= loss) return false;
    dropped++;
    return true;
  };
  front.on("message", (packet, from) => {
    let back = backs.get(from.port);
    if (!back) {
      back = createSocket("udp4");
      back.on("message", (answer) => {
        if (!lost()) later(() => front.send(answer, from.port, from.address));
      });
      backs.set(from.port, back);
    }
    const out = back;
    if (!lost()) later(() => out.send(packet, to, "127.0.0.1"));
  });
  await new Promise<void>((ready) => front.bind(0, "127.0.0.1", ready));
  return {
    port: front.address().port,
    dropped: () => dropped,
    close: () => {
      closed = true;
      [front, ...backs.values()].forEach((s) => s.close());
    },
  };
}
