import { ExitCode } from '../terminal/exit-code.ts';
import { runCommand } from '../terminal/run-command.ts';
import { problemReport } from './problem-report.ts';
import { createProgram } from './program.ts';
import type { Target } from './target.ts';

/** `uidpush`, the command. */
let target: Target | undefined;
await runCommand(
  'uidpush',
  async () => {
    let end: ExitCode = ExitCode.done;
    const program = createProgram({
      environment: process.env,
      onTarget: (found) => {
        target = found;
      },
      onEnd: (exitCode) => {
        end = exitCode;
      },
    });
    await program.parseAsync();
    return end;
  },
  (error) => problemReport(error, target),
);
