import { once } from 'node:events';
import { ExitCode } from '../terminal/exit-code.ts';
import { print, printNote } from '../terminal/output.ts';
import { type Problem, runCommand } from '../terminal/run-command.ts';
import { stopSignal } from '../terminal/stop-signal.ts';
import { help, portOptions, readCommandLine } from './command-line.ts';
import { ListenError } from './listen-error.ts';
import { type LocalStack, start } from './start.ts';
import { SynthesisError } from './synthesize.ts';
import { TemplateError } from './template/cloud-formation.ts';
import { TextProcessError } from './text/text-process.ts';
import { whatNext } from './what-next.ts';

/** `npm start`: exit code 0 after a signal, 2 for a wrong option, 3 when it can't start. */
async function main(): Promise<ExitCode> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if ('help' in commandLine) {
    print(help);
    return ExitCode.done;
  }
  if ('problem' in commandLine) {
    printNote(`uidpush: ${commandLine.problem}`);
    return ExitCode.usage;
  }

  const signal = stopSignal();
  print('uidpush is starting …\n');
  let stack: LocalStack;
  try {
    const onLog = (source: string, line: string) => printNote(`${source}: ${line}`);
    stack = await start({ ...commandLine.options, onLog, signal });
  } catch (error) {
    if (signal.aborted) return ExitCode.done;
    throw error;
  }
  try {
    print(await whatNext(stack));
    print(`ready ${JSON.stringify(stack.outputs)}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await stack.stop();
  }
  return ExitCode.done;
}

/** Errors that a person can do something about. */
function startProblem(error: unknown): Problem | undefined {
  const exitCode = ExitCode.failed;
  if (error instanceof ListenError) {
    return { message: `${error.message} (--${portOptions[error.option]})`, exitCode };
  }
  if (error instanceof TextProcessError) {
    return { message: `${error.message} (--${portOptions.textPort})`, exitCode };
  }
  if (error instanceof SynthesisError || error instanceof TemplateError) {
    return { message: error.message, exitCode };
  }
  return undefined;
}

await runCommand('uidpush', main, startProblem);
