// One WebSocket to /api/ws: how a phone and the monitor agree on a connection.
// Messages written before it is open wait for it.

export interface Message {
  type: string;
  value?: string;
  session?: string;
  code?: string;
}

export class Signal {
  private readonly socket: WebSocket;
  private waiting: string[] = [];

  constructor(onMessage: (m: Message) => void, onClose: () => void) {
    const url = new URL('/api/ws', location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.socket = new WebSocket(url);
    this.socket.onopen = () => {
      for (const m of this.waiting) this.socket.send(m);
      this.waiting = [];
    };
    this.socket.onmessage = (e) => onMessage(JSON.parse(String(e.data)) as Message);
    this.socket.onclose = onClose;
  }

  /** usable until it is closed or breaks. */
  get usable(): boolean {
    return this.socket.readyState <= WebSocket.OPEN;
  }

  send(m: Message): void {
    const raw = JSON.stringify(m);
    if (this.socket.readyState === WebSocket.CONNECTING) this.waiting.push(raw);
    else if (this.socket.readyState === WebSocket.OPEN) this.socket.send(raw);
  }

  /** close without hearing of it. */
  close(): void {
    this.socket.onclose = this.socket.onmessage = null;
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.onopen = () => this.socket.close();
    else this.socket.close();
  }
}
