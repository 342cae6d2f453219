// The phone's media session: picture and sound in, speech and joystick out.
//
// The offer is sent before the browser has gathered any address, so that the
// answer is there when gathering ends. A connection that breaks is mended in
// the order of what is quickest: new addresses for the same session (ICE
// restart), then a new session, each with back-off. A new session has a new
// socket, since one socket stands for one session.
import { Backoff } from './backoff';
import { Signal, type Message } from './signal';

// Milliseconds.
const CONNECT = 8000; // from the offer until media can flow
const RESTART = 4000; // the same for an ICE restart
const GRACE = 2000; // "disconnected" often mends itself

export interface LinkListener {
  video(track: MediaStreamTrack): void;
  audio(track: MediaStreamTrack): void;
  /** A session begins, ends or changes; look at the link's fields. */
  changed(): void;
}

export class Link {
  peer: RTCPeerConnection | null = null;
  /** The monitor's name for this phone's session. */
  session: string | null = null;
  /** Why the monitor refused the last offer, with its code. */
  refusal: { code: string; words: string } | null = null;

  /** When media could last begin to flow, on performance.now's clock. */
  connectedAt = 0;

  private signal: Signal | null = null;
  private head: RTCDataChannel | null = null;
  private speech: RTCRtpSender | null = null;
  private readonly backoff = new Backoff();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private early: RTCIceCandidateInit[] = []; // the monitor's, before its answer
  private answered = false;
  private restarted = false; // an ICE restart was tried in this outage
  private stopped = true;
  private begun = 0;

  constructor(
    /** Parents speak and steer; viewers only receive. */
    private readonly parent: boolean,
    private readonly listener: LinkListener,
  ) {}

  get state(): RTCPeerConnectionState {
    return this.peer?.connectionState ?? 'closed';
  }

  /** tries is how many sessions in a row brought no picture. */
  get tries(): number {
    return this.backoff.tries;
  }

  start(): void {
    this.stopped = false;
    void this.begin();
  }

  /** stop ends the session and says so to the monitor. */
  stop(): void {
    this.stopped = true;
    this.end();
  }

  /** proved tells that a picture came: the connection is good. */
  proved(): void {
    this.backoff.reset();
  }

  /** ended says that somebody ended the session on purpose. */
  get ended(): boolean {
    return this.refusal?.code === 'ended';
  }

  /** poke connects at once if there is no connection: the network or the page came back. */
  poke(): void {
    if (this.stopped || this.ended || this.state === 'connected' || performance.now() - this.begun < 1500) return;
    this.backoff.reset();
    void this.begin();
  }

  /** anew begins another session at once: the monitor was restarted and knows none. */
  anew(): void {
    this.backoff.reset();
    this.refusal = null;
    if (!this.stopped) void this.begin();
  }

  /** moved tells that the phone changed its network. */
  moved(): void {
    if (!this.stopped && this.answered) void this.restart();
  }

  /** renew gives up the session and begins another after the back-off. */
  renew(): void {
    this.later(this.backoff.next());
  }

  /** drive steers the head; false: there is no channel for it now. */
  drive(pan: number, tilt: number): boolean {
    if (this.head?.readyState !== 'open') return false;
    this.head.send(JSON.stringify({ pan, tilt }));
    return true;
  }

  /** speak sends the track, or nothing; false: there is no connection for it. */
  async speak(track: MediaStreamTrack | null): Promise<boolean> {
    if (!this.speech || this.state !== 'connected') return false;
    await this.speech.replaceTrack(track);
    return true;
  }

  private async begin(): Promise<void> {
    this.end();
    if (this.stopped) return;
    this.begun = performance.now();
    this.restarted = this.answered = false;
    this.early = [];
    const signal = (this.signal = this.open());
    const peer = (this.peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' }));
    this.listen(peer);
    peer.addTransceiver('video', { direction: 'recvonly' });
    const sound = peer.addTransceiver('audio', { direction: this.parent ? 'sendrecv' : 'recvonly' });
    if (this.parent) {
      this.speech = sound.sender;
      this.head = peer.createDataChannel('head', { ordered: false, maxRetransmits: 0 });
      this.head.onclose = () => peer === this.peer && this.renew();
    }
    this.timer = setTimeout(() => this.renew(), CONNECT);
    this.listener.changed();
    await this.offer(peer, signal, await peer.createOffer());
  }

  private async offer(peer: RTCPeerConnection, signal: Signal, offer: RTCSessionDescriptionInit, session?: string): Promise<void> {
    if (peer !== this.peer) return;
    signal.send({ type: 'webrtc/offer', value: offer.sdp ?? '', ...(session ? { session } : {}) });
    await peer.setLocalDescription(offer);
  }

  /** restart looks for new addresses for the same session. */
  private async restart(): Promise<void> {
    const peer = this.peer;
    if (!peer || !this.session || peer.signalingState !== 'stable') return this.renew();
    if (this.restarted) return this.renew();
    this.restarted = true;
    this.answered = false;
    if (!this.signal?.usable) this.signal = this.open();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renew(), RESTART);
    await this.offer(peer, this.signal, await peer.createOffer({ iceRestart: true }), this.session);
  }

  private open(): Signal {
    const signal: Signal = new Signal(
      (m) => signal === this.signal && void this.heard(m).catch(() => this.renew()),
      () => signal === this.signal && !this.answered && this.renew(),
    );
    return signal;
  }

  private async heard(m: Message): Promise<void> {
    const peer = this.peer;
    if (!peer) return;
    if (m.type === 'webrtc/answer') {
      await peer.setRemoteDescription({ type: 'answer', sdp: m.value ?? '' });
      this.answered = true;
      this.session = m.session ?? this.session;
      this.refusal = null;
      for (const candidate of this.early.splice(0)) await peer.addIceCandidate(candidate);
      this.listener.changed();
    } else if (m.type === 'webrtc/candidate' && m.value) {
      const candidate = { candidate: m.value, sdpMLineIndex: 0 };
      if (this.answered) await peer.addIceCandidate(candidate).catch(() => {}); // of no use here, but others may be
      else this.early.push(candidate);
    } else if (m.type === 'error') {
      this.refuse(m);
    }
  }

  /** Only what is said about the session matters here; a candidate of no use is no loss. */
  private refuse(m: Message): void {
    const words = (m.value ?? '').replace(/^webrtc(\/\w+)?: /, '');
    if (m.code === 'ended') {
      // Somebody ended it on purpose: it is for the person here to begin anew.
      this.end();
      this.refusal = { code: m.code, words };
      return this.listener.changed();
    }
    if (!m.value?.startsWith('webrtc/offer')) return;
    const wait = this.backoff.next();
    // A monitor that forgot the session, or just starts, gives another at once.
    if (m.code === 'not_found' || m.code === 'stopping') return this.later(wait);
    this.refusal = { code: m.code ?? '', words };
    this.listener.changed();
    this.later(Math.max(3000, wait));
  }

  private listen(peer: RTCPeerConnection): void {
    peer.ontrack = (e) => (e.track.kind === 'video' ? this.listener.video(e.track) : this.listener.audio(e.track));
    peer.onicecandidate = (e) => {
      if (peer === this.peer && e.candidate) this.signal?.send({ type: 'webrtc/candidate', value: e.candidate.candidate });
    };
    peer.onconnectionstatechange = () => {
      if (peer !== this.peer) return;
      clearTimeout(this.timer);
      if (peer.connectionState === 'connected') {
        this.restarted = false;
        this.connectedAt = performance.now();
      }
      if (peer.connectionState === 'disconnected') this.timer = setTimeout(() => void this.restart(), GRACE);
      if (peer.connectionState === 'connecting') this.timer = setTimeout(() => this.renew(), CONNECT);
      if (peer.connectionState === 'failed') void this.restart();
      this.listener.changed();
    };
  }

  private later(wait: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.begin(), wait);
  }

  private end(): void {
    clearTimeout(this.timer);
    this.signal?.send({ type: 'bye' });
    this.signal?.close();
    if (this.head) this.head.onclose = null;
    this.peer?.close();
    this.peer = this.signal = this.head = this.speech = null;
    this.session = null;
    this.answered = false;
    this.listener.changed();
  }
}
