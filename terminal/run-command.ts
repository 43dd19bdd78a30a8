import { debuglog } from 'node:util';
import { CommanderError } from 'commander';
import { ExitCode } from './exit-code.ts';
import { printNote, watchOutput } from './output.ts';

/** How a command ends, and what a person reads about it, unless that has been printed. */
export type Problem = { message?: string; exitCode: ExitCode };

const debug = debuglog('uidpush');

/**
 * Runs a command to its end; its exit code is what `command` resolves with. `problemOf` recognises the errors that the
 * command expects. Every other fault, also one outside of `command`, as of a disk that is full, is one line on standard
 * error and `ExitCode.failed`; `NODE_DEBUG=uidpush` prints its stack too.
 */
export async function runCommand(
  name: string,
  command: () => Promise<ExitCode>,
  problemOf: (error: unknown) => Problem | undefined = () => undefined,
): Promise<void> {
  const report = (error: unknown): ExitCode => {
    const { message, exitCode } = problemOf(error) ?? commanderProblem(error) ?? fault(error);
    if (message !== undefined) printNote(`${name}: ${message}`);
    debug('%s', error instanceof Error ? error.stack : error);
    return exitCode;
  };
  const endNow = (error: unknown): never => process.exit(report(error));
  process.on('uncaughtException', endNow);
  watchOutput(endNow);
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Commander has printed what was wrong, or the help. */
function commanderProblem(error: unknown): Problem | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return { exitCode: error.exitCode === 0 ? ExitCode.done : ExitCode.usage };
}

function fault(error: unknown): Problem {
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return { message: oneLine(message), exitCode: ExitCode.failed };
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim();
}
