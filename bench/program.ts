import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { Scale } from './section.ts';

export type BenchOptions = {
  only: readonly string[];
  scale: Scale;
  json: string;
  compare: string;
  /** Whether these become the reference, and what docs/PERFORMANCE.md says. */
  keep: boolean;
};

const resultsFile = (name: string) => fileURLToPath(new URL(`results/${name}.json`, import.meta.url));

/** Reference that runs are compared with. */
export const referenceFile = resultsFile('reference');

/** The options and what they mean. Parsing throws a `CommanderError`. */
export function createProgram(
  sections: readonly string[],
  run: (options: BenchOptions) => Promise<void>,
): Command {
  return new Command('npm run bench')
    .usage('-- [options]')
    .description('Measures how fast uidpush is, on this machine alone, and holds it against the budgets.')
    .option(
      '--only <sections>',
      `of ${sections.join(', ')}; separated by commas`,
      sectionsIn(sections),
      sections,
    )
    .option('--quick', 'fewer repetitions, for a first look', false)
    .option('--json <file>', 'where the results go', resultsFile('latest'))
    .option('--compare <file>', 'earlier results', referenceFile)
    .option('--keep', 'make these the reference, and put them into docs/PERFORMANCE.md', false)
    .exitOverride()
    .allowExcessArguments(false)
    .action(({ only, quick, json, compare, keep }, program: Command) => {
      const isWhole = !quick && only.length === sections.length;
      if (keep && !isWhole) program.error('error: only a whole run can be kept.');
      return run({ only, scale: quick ? 'quick' : 'full', json, compare, keep });
    });
}

function sectionsIn(sections: readonly string[]): (text: string) => string[] {
  return (text) => {
    const chosen = text.split(',');
    if (chosen.every((name) => sections.includes(name))) return chosen;
    throw new InvalidArgumentError(`Sections are ${sections.join(', ')}.`);
  };
}
