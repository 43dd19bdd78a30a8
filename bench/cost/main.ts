import { ExitCode } from '../../terminal/exit-code.ts';
import { print } from '../../terminal/output.ts';
import { runCommand } from '../../terminal/run-command.ts';
import { createProgram } from './program.ts';
import { reportOf, toMarkdown } from './report.ts';

/** `npm run cost`: exit code 2 for options that it doesn't understand, 3 when it fails. */
const program = createProgram(({ load, withFreeTier, json }) => {
  const report = reportOf(load, withFreeTier);
  print(json ? `${JSON.stringify(report, undefined, 2)}\n` : toMarkdown(report));
});

await runCommand('cost', async () => {
  program.parse();
  return ExitCode.done;
});
