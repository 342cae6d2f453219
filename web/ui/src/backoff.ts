// How long to wait before the next attempt: 0.5 s, doubling to 5 s, with
// jitter so that several phones do not come back in step.

const FIRST = 500;
const LONGEST = 5000;

export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** failures in a row so far. */
  get tries(): number {
    return this.failures;
  }

  /** next is the wait in milliseconds before the attempt after another failure. */
  next(): number {
    const wait = Math.min(LONGEST, FIRST * 2 ** Math.min(this.failures, 10));
    this.failures++;
    return wait * (0.75 + 0.25 * this.random());
  }

  reset(): void {
    this.failures = 0;
  }
}
