import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { reportOf, toMarkdown } from './report.ts';

/** `npm run cost`: exit code 2 for options that it doesn't understand. */
const program = createProgram(({ load, withFreeTier, json }) => {
  const report = reportOf(load, withFreeTier);
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : toMarkdown(report));
});

try {
  program.parse();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has told what is wrong; asked for help, it ends with 0.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
