/** How long to wait before the next attempt to reconnect. */

const FIRST_MS = 200;
const LONGEST_MS = 2_000;

/** Doubles from 0.2 s to 2 s; jittered, so that a restarted server is not met by all at once. */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.max(FIRST_MS, full * (0.5 + random() / 2));
}
