import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ExitCode } from '../terminal/exit-code.ts';
import { printLine } from '../terminal/output.ts';
import { runCommand } from '../terminal/run-command.ts';
import { withResults } from './document.ts';
import { thisMachine } from './machine.ts';
import { type BenchOptions, createProgram, referenceFile } from './program.ts';
import { comparisonReport, machineLine, sectionReport } from './report.ts';
import type { Results } from './results.ts';
import { runSections } from './run-sections.ts';
import { sections } from './sections.ts';

const documentFile = new URL('../docs/PERFORMANCE.md', import.meta.url);

/**
 * `npm run bench`: exit code 1 when a budget does not hold, 2 for options that it doesn't understand, 3 when it fails.
 */
let end: ExitCode = ExitCode.done;
const program = createProgram(
  sections.map(({ name }) => name),
  bench,
);

async function bench({ only, scale, json, compare, keep }: BenchOptions): Promise<void> {
  const machine = thisMachine();
  const measuredAt = new Date().toISOString();
  printLine(`${machineLine(machine)}; ${measuredAt}\n`);
  const chosen = sections.filter(({ name }) => only.includes(name));
  const measured = await runSections(chosen, scale, (result) => printLine(sectionReport(result)));
  const results: Results = { measuredAt, scale, machine, sections: measured };
  write(json, results);
  if (existsSync(compare)) printLine(comparisonReport(JSON.parse(readFileSync(compare, 'utf8')), results));
  if (keep) {
    write(referenceFile, results);
    writeFileSync(documentFile, withResults(readFileSync(documentFile, 'utf8'), results));
  }
  if (measured.some(({ verdicts }) => verdicts.some(({ holds }) => !holds))) end = ExitCode.negative;
}

function write(file: string, results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
}

await runCommand('bench', async () => {
  await program.parseAsync();
  return end;
});
