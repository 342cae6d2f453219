// The monitor's doors for programs, as promises. Errors are Problems, whose
// words can be shown to a parent.
import { words } from './language';

/** What an application/problem+json answer (RFC 9457) says, or that none came. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0: no answer came. */
    readonly status: number,
    readonly detail: string,
    /** Seconds to wait, from Retry-After; 0: not said. */
    readonly retryAfter = 0,
    readonly fields: { field: string; detail: string }[] = [],
  ) {
    super(detail);
  }
}

const PATIENCE = 10000;

type Listener = () => void;
let signedOut: Listener = () => {};

/** onSignedOut sets what happens when the monitor does not know this phone any more. */
export function onSignedOut(listener: Listener): void {
  signedOut = listener;
}

/** reportSignedOut tells that a door outside this module answered 401. */
export function reportSignedOut(): void {
  signedOut();
}

/** call asks the monitor. body goes as JSON. An empty answer yields undefined. */
export async function call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE),
      headers: body === undefined ? more : { 'Content-Type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Problem(0, words.failedOffline);
  }
  if (!response.ok) {
    const p = await problem(response);
    if (p.status === 401 && path !== '/api/login' && path !== '/api/session') signedOut();
    throw p;
  }
  const content = await response.text();
  return (content ? JSON.parse(content) : undefined) as T;
}

async function problem(response: Response): Promise<Problem> {
  const raw = await response.text().catch(() => '');
  return parseProblem(response.status, raw, response.headers.get('Retry-After'));
}

/** parseProblem reads an error's body. */
export function parseProblem(status: number, raw: string, retryAfter: string | null): Problem {
  let detail = '';
  let fields: { field: string; detail: string }[] = [];
  try {
    const p = JSON.parse(raw) as { detail?: unknown; title?: unknown; errors?: unknown };
    detail = String(p.detail ?? p.title ?? '');
    if (Array.isArray(p.errors)) fields = p.errors as typeof fields;
  } catch {
    // Not the monitor's own answer: a proxy's page has no words for a parent.
  }
  if (status === 403 && !detail) detail = words.notAllowed;
  return new Problem(status, detail || words.failed, Number(retryAfter) || 0, fields);
}

/** say is the text to show for whatever was thrown. */
export function say(error: unknown): string {
  if (!(error instanceof Problem)) return words.failed;
  if (error.status === 429) return words.slowDown(Math.max(1, error.retryAfter));
  return error.detail;
}
