import { machineLine, sectionReport } from './report.ts';
import type { Results } from './results.ts';

const begin = '<!-- results: npm run bench -- --keep -->';
const end = '<!-- end of results -->';

/** `document` with these results in the place of those that it has. */
export function withResults(document: string, results: Results): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error('The document has no place for results.');
  return `${document.slice(0, from) + begin}\n\n${resultsReport(results)}\n${document.slice(to)}`;
}

function resultsReport({ machine, measuredAt, sections }: Results): string {
  const intro = `Measured on ${machineLine(machine)}; ${measuredAt.slice(0, 10)}.\n`;
  return [intro, ...sections.map(sectionReport)].join('\n');
}
