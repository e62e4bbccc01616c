/** How long to wait before the next attempt to reconnect. */

const EAGER_MS = 100;
const EAGER_ATTEMPTS = 20;
const LONGEST_MS = 2_000;

/**
 * About every 0.1 s for two seconds, because a server that died has a spare; then doubling, up to
 * 2 s. Jittered, so that a server that comes back is not met by all at once.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const doublings = Math.max(0, attempt - EAGER_ATTEMPTS + 1);
  return Math.min(LONGEST_MS, EAGER_MS * 2 ** doublings) * (0.5 + random() / 2);
}
