import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { withResults } from './document.ts';
import { thisMachine } from './machine.ts';
import { type BenchOptions, createProgram, referenceFile } from './program.ts';
import { comparisonReport, machineLine, sectionReport } from './report.ts';
import type { Results } from './results.ts';
import { runSections } from './run-sections.ts';
import { sections } from './sections.ts';

const documentFile = new URL('../docs/PERFORMANCE.md', import.meta.url);

/** `npm run bench`: exit code 1 when a budget does not hold, 2 for options that it doesn't understand. */
const program = createProgram(
  sections.map(({ name }) => name),
  bench,
);

async function bench({ only, scale, json, compare, keep }: BenchOptions): Promise<void> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const machine = thisMachine();
  const measuredAt = new Date().toISOString();
  print(`${machineLine(machine)}; ${measuredAt}\n`);
  const chosen = sections.filter(({ name }) => only.includes(name));
  const measured = await runSections(chosen, scale, (result) => print(sectionReport(result)));
  const results: Results = { measuredAt, scale, machine, sections: measured };
  write(json, results);
  if (existsSync(compare)) print(comparisonReport(JSON.parse(readFileSync(compare, 'utf8')), results));
  if (keep) {
    write(referenceFile, results);
    writeFileSync(documentFile, withResults(readFileSync(documentFile, 'utf8'), results));
  }
  if (measured.some(({ verdicts }) => verdicts.some(({ holds }) => !holds))) process.exitCode = 1;
}

function write(file: string, results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has told what is wrong; asked for help, it ends with 0.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
