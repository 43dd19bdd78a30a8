/** Far more than the two clocks differ by rounding, or while one is adjusted. */
const leastSleepMs = 1_000;

/**
 * Returns a clock that can't be set: milliseconds since some moment. `monotonic` stands still in some browsers while
 * the computer sleeps (https://github.com/w3c/hr-time/issues/115), and `wall` may be set at any time. So what `wall` is
 * suddenly ahead counts as sleep; that it was set back counts as nothing. Set forward, it ages connections: they are
 * tested and replaced early, which does no harm.
 */
export function elapsedTime(wall: () => number, monotonic: () => number): () => number {
  let slept = 0;
  let lastWall = wall();
  let last = monotonic();
  return () => {
    const nowWall = wall();
    const now = monotonic();
    const ahead = nowWall - lastWall - (now - last);
    if (ahead >= leastSleepMs) slept += ahead;
    lastWall = nowWall;
    last = now;
    return now + slept;
  };
}
