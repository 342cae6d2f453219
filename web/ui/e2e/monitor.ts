// The real program under test: a process of its own, in the simulated nursery,
// with data of its own and free ports.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = resolve(import.meta.dirname ?? ".", "../../../bin/babymonitor");

export const parent = { name: "Ada", password: "a long enough one" };
export const viewer = { name: "Grace", password: "also long enough" };

export interface StartOptions {
  args?: string[];
  /** Settings file, as text. */
  config?: string;
}

export class Monitor {
  readonly data = mkdtempSync(join(tmpdir(), "babymonitor-e2e-"));
  url = "";
  /** Where the process sees its file system, for one with mounts of its own. */
  root = () => "";
  log = "";
  private process?: ChildProcess;
  private ports = ["0", "0", "0"];

  constructor(private readonly options: StartOptions = {}) {}

  /** Starts the program and waits until it has printed its address. */
  async start(): Promise<this> {
    const [http, https, media] = this.ports;
    const args = ["--sim", "--data", this.data, "--http", `127.0.0.1:${http}`, "--https", `127.0.0.1:${https}`,
      "--media-port", media, ...(this.options.args ?? [])];
    if (this.options.config) {
      const file = join(this.data, "babymonitor.toml");
      writeFileSync(file, this.options.config);
      args.push("--config", file);
    }
    return this.adopt(spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Takes a process that was started with this monitor's data, and waits until it has printed its address. */
  async adopt(child: ChildProcess): Promise<this> {
    this.process = child;
    await new Promise<void>((ready, fail) => {
      let out = "";
      const hear = (chunk: Buffer) => {
        out += chunk;
        this.log += chunk;
        const open = /^open\s+(http:\S+)/m.exec(out);
        if (open) {
          this.url = open[1].replace(/\/$/, "");
          ready();
        }
      };
      child.stdout!.on("data", hear);
      child.stderr!.on("data", hear);
      child.once("exit", (code) => fail(new Error(`the monitor ended with ${code}:\n${out}`)));
    });
    return this;
  }

  get pid(): number {
    return this.process!.pid!;
  }

  /** Keeps the ports that it has for the next start, as a real device would. */
  async pinPorts(): Promise<void> {
    const state = await (await this.get("/api/state")).json();
    const port = (url: string) => new URL(url).port;
    this.ports = [port(state.device.http[0]), port(state.device.https[0]), String(state.device.media_port)];
  }

  /** Ends the process with a signal and returns its exit code (null if killed). */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.removeAllListeners("exit");
    const ended = new Promise<number | null>((r) => child.once("exit", (code) => r(code)));
    child.kill(signal);
    return ended;
  }

  async dispose(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }

  setupCode(): string {
    const text = readFileSync(join(this.root() + this.data, "babymonitor-setup.txt"), "utf8");
    return /\b(\d{4}[- ]?\d{4})\b/.exec(text)![1];
  }

  /** Makes the parent and the viewer, as a first evening would. */
  async setUp(): Promise<this> {
    const made = await this.post("/api/setup", { code: this.setupCode(), ...parent }, null);
    if (!made.ok) throw new Error(`set-up: ${made.status} ${await made.text()}`);
    const added = await this.post("/api/users", { ...viewer, role: "viewer" });
    if (!added.ok) throw new Error(`viewer: ${added.status} ${await added.text()}`);
    return this;
  }

  request(path: string, init: RequestInit = {}, as: typeof parent | null = parent): Promise<Response> {
    const headers = new Headers(init.headers);
    if (as) headers.set("Authorization", "Basic " + btoa(`${as.name}:${as.password}`));
    return fetch(this.url + path, { ...init, headers });
  }

  get(path: string, as: typeof parent | null = parent): Promise<Response> {
    return this.request(path, {}, as);
  }

  post(path: string, body: unknown, as: typeof parent | null = parent): Promise<Response> {
    return this.request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }, as);
  }

  /** Changes the simulated world. */
  async world(change: object): Promise<void> {
    const r = await this.post("/api/sim", change);
    if (!r.ok) throw new Error(`sim: ${r.status} ${await r.text()}`);
  }

  async state(): Promise<any> {
    return (await this.get("/api/state")).json();
  }
}
