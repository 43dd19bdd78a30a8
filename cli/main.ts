import { ExitCode } from './exit-code.ts';
import { printNote } from './output.ts';
import { problemReport } from './problem-report.ts';
import { createProgram } from './program.ts';
import type { Target } from './target.ts';

/** `uidpush`, the command. */
async function main(): Promise<void> {
  let target: Target | undefined;
  const program = createProgram({
    environment: process.env,
    onTarget: (found) => {
      target = found;
    },
    onEnd: (exitCode) => {
      process.exitCode = exitCode;
    },
  });
  try {
    await program.parseAsync();
  } catch (error) {
    const report = problemReport(error, target);
    if (!report) throw error;
    if (report.message) printNote(`uidpush: ${report.message}`);
    process.exitCode = report.exitCode;
  }
}

// Whoever read the output has gone, as `head` does when it has enough.
process.stdout.on('error', () => process.exit(ExitCode.done));

await main();
