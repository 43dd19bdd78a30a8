import { markdownTable } from 'markdown-table';
import type { CheckResult } from './check.ts';

export type Counts = { passed: number; failed: number; skipped: number };

export function countsOf(results: readonly CheckResult[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { result } of results) counts[result]++;
  return counts;
}

/** The results as a Markdown table, and how many there are of each. */
export function reportOf(results: readonly CheckResult[]): string {
  const rows = results.map(({ group, check, expected, result, reason, milliseconds }) =>
    [
      `${group}: ${check}`,
      expected,
      reason === undefined ? result : `${result}: ${reason}`,
      String(milliseconds),
    ].map(cell),
  );
  const table = markdownTable([['check', 'expected', 'result', 'ms'], ...rows], {
    align: ['l', 'l', 'l', 'r'],
  });
  const { passed, failed, skipped } = countsOf(results);
  return `${table}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}

/** A `|` would start another cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
