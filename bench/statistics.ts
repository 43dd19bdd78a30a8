import { median } from './median.ts';

/** The middle of some samples, and the quarters around it: half of them lie between `lower` and `upper`. */
export type Spread = { median: number; lower: number; upper: number };

export function spreadOf(samples: readonly number[]): Spread {
  return { median: median(samples), lower: quantile(samples, 0.25), upper: quantile(samples, 0.75) };
}

/** The value that `share` of the samples (0 to 1) don't exceed, between two of them where it falls there; 0 of none. */
export function quantile(samples: readonly number[], share: number): number {
  const ordered = [...samples].sort((a, b) => a - b);
  const place = (ordered.length - 1) * share;
  const below = ordered[Math.floor(place)] ?? 0;
  const above = ordered[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
