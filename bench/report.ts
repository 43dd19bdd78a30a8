import { markdownTable } from 'markdown-table';
import { measuredBudgets } from './budgets.ts';
import { compare } from './comparison.ts';
import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Results, SectionResult } from './results.ts';
import { spreadOf } from './statistics.ts';
import type { Verdict } from './verdict.ts';

/** Results for people, as Markdown. */

export function machineLine({ cpu, cores, memoryGb, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}`;
}

export function sectionReport({ section, figures, verdicts, loadBefore, seconds }: SectionResult): string {
  const paragraphs = [
    `### ${section}`,
    `Load before: ${loadBefore.toFixed(1)}. Took ${seconds.toFixed(0)} s.`,
    figureTable(figures),
    ...(verdicts.length > 0 ? [verdictTable(verdicts)] : []),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, samples }) => {
    const { median, lower, upper } = spreadOf(samples);
    return [name, amount(median), `${amount(lower)} – ${amount(upper)}`, String(samples.length), unit];
  });
  return markdownTable([['', 'median', 'middle half', 'samples', 'unit'], ...rows], {
    align: ['l', 'r', 'r', 'r', 'l'],
  });
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ budget, of, value, holds }) => {
    const { what, bound, limit, unit } = measuredBudgets[budget];
    return [
      what,
      of,
      amount(value),
      `${bound} ${amount(limit)} ${unit}`.trim(),
      holds ? 'holds' : 'does not hold',
    ];
  });
  return markdownTable([['budget', 'of', 'is', 'wanted', ''], ...rows], { align: ['l', 'l', 'r', 'r', 'l'] });
}

/** Changes by more than the spread, section by section. */
export function comparisonReport(before: Results, after: Results): string {
  const changes = after.sections.flatMap(({ section, figures }) => {
    const earlier = before.sections.find((one) => one.section === section)?.figures ?? [];
    return compare(earlier, figures).map((change) => ({ section, ...change }));
  });
  const rows = changes
    .filter(({ kind }) => kind !== 'same')
    .map(({ section, name, kind, before, after }) => [section, name, amount(before), amount(after), kind]);
  const intro = `### Compared with ${before.measuredAt}${elsewhere(before, after)}`;
  const table =
    rows.length === 0
      ? `None of ${changes.length} figures changed by more than the spread.`
      : markdownTable([['section', 'figure', 'was', 'is', ''], ...rows], {
          align: ['l', 'l', 'r', 'r', 'l'],
        });
  return `${intro}\n\n${table}\n`;
}

function elsewhere(before: Results, after: Results): string {
  const line = machineLine(before.machine);
  return line === machineLine(after.machine) ? '' : `, on another machine (${line})`;
}

/** To three digits. */
function amount(value: number): string {
  return value.toLocaleString(
    'en',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}
