import type { Figure } from './figure.ts';
import { spreadOf } from './statistics.ts';

/** How a figure has changed: by more than the spread of both, or not. */
export type Change = { name: string; kind: 'better' | 'worse' | 'same'; before: number; after: number };

/**
 * The figures that both have, compared. One has changed when the middle halves of its samples don't overlap: what lies
 * within is chance as well.
 */
export function compare(before: readonly Figure[], after: readonly Figure[]): Change[] {
  return after.flatMap((figure) => {
    const earlier = before.find(({ name, unit }) => name === figure.name && unit === figure.unit);
    return earlier ? [changeOf(earlier, figure)] : [];
  });
}

function changeOf(before: Figure, after: Figure): Change {
  const old = spreadOf(before.samples);
  const now = spreadOf(after.samples);
  const isLess = now.upper < old.lower;
  const isMore = now.lower > old.upper;
  const isBetter = after.better === 'less' ? isLess : isMore;
  const kind = !isLess && !isMore ? 'same' : isBetter ? 'better' : 'worse';
  return { name: after.name, kind, before: old.median, after: now.median };
}
