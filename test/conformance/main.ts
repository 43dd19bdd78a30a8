import { CommanderError } from 'commander';
import { CliError } from '../../cli/cli-error.ts';
import { ExitCode } from '../../cli/exit-code.ts';
import { printJson, printNote } from '../../cli/output.ts';
import { readOutputs } from '../../cli/target.ts';
import { checkGroups } from './checks/index.ts';
import { openDeployment } from './open-deployment.ts';
import { readOptions } from './options.ts';
import { countsOf, reportOf } from './report.ts';
import { runChecks } from './run-checks.ts';
import { Visit } from './visit.ts';

/** `npm run conformance`: exit code 0 when nothing failed, 1 when something did, 2 when it was not understood. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const deployment = await openDeployment(readOutputs(options.outputs), options);
  const groups = checkGroups.filter(({ name }) => options.only?.includes(name) ?? true);
  const results = await runChecks(groups, deployment, {
    visit: () => new Visit(deployment),
    now: () => performance.now(),
    onResult: ({ group, check, result }) => printNote(`${result.padEnd(7)}  ${group}: ${check}`),
  });
  if (options.json) printJson({ ...countsOf(results), checks: results });
  else process.stdout.write(reportOf(results));
  if (countsOf(results).failed > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : ExitCode.usage;
  } else if (error instanceof CliError) {
    printNote(`conformance: ${error.message}`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
