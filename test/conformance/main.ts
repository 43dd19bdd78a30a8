import { CliError } from '../../cli/cli-error.ts';
import { readOutputs } from '../../cli/target.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { print, printJson, printNote } from '../../terminal/output.ts';
import { runCommand } from '../../terminal/run-command.ts';
import { checkGroups } from './checks/index.ts';
import { openDeployment } from './open-deployment.ts';
import { readOptions } from './options.ts';
import { countsOf, reportOf } from './report.ts';
import { runChecks } from './run-checks.ts';
import { Visit } from './visit.ts';

/**
 * `npm run conformance`: exit code 0 when nothing failed, 1 when something did, 2 when it was not understood, 3 when it
 * could not be done.
 */
async function main(): Promise<ExitCode> {
  const options = readOptions(process.argv.slice(2));
  const deployment = await openDeployment(readOutputs(options.outputs), options);
  const groups = checkGroups.filter(({ name }) => options.only?.includes(name) ?? true);
  const results = await runChecks(groups, deployment, {
    visit: () => new Visit(deployment),
    now: () => performance.now(),
    onResult: ({ group, check, result }) => printNote(`${result.padEnd(7)}  ${group}: ${check}`),
  });
  if (options.json) printJson({ ...countsOf(results), checks: results });
  else print(reportOf(results));
  return countsOf(results).failed > 0 ? ExitCode.negative : ExitCode.done;
}

await runCommand('conformance', main, (error) =>
  error instanceof CliError ? { message: error.message, exitCode: error.exitCode } : undefined,
);
