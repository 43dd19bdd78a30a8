/** The middle of the samples, or of the two in the middle; 0 of none. */
export function median(samples: readonly number[]): number {
  const ordered = [...samples].sort((a, b) => a - b);
  const middle = (ordered.length - 1) / 2;
  return ((ordered[Math.floor(middle)] ?? 0) + (ordered[Math.ceil(middle)] ?? 0)) / 2;
}
