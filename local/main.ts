import { help, portOptions, readCommandLine } from './command-line.ts';
import { ListenError } from './listen-error.ts';
import { type LocalStack, start } from './start.ts';
import { SynthesisError } from './synthesize.ts';
import { TemplateError } from './template/cloud-formation.ts';
import { TextProcessError } from './text/text-process.ts';
import { whatNext } from './what-next.ts';

/** `npm start`: exit code 0 when it is told to stop, 1 when it can't start, 2 for a wrong option. */
async function main(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if ('help' in commandLine) return print(help);
  if ('problem' in commandLine) return fail(commandLine.problem, 2);

  const stopped = new AbortController();
  // A second signal ends the process as if there were no listener.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

  print('uidpush is starting …\n');
  let stack: LocalStack;
  try {
    stack = await start({
      ...commandLine.options,
      onLog: (source, line) => process.stderr.write(`${source}: ${line}\n`),
      signal: stopped.signal,
    });
  } catch (error) {
    if (stopped.signal.aborted) return;
    return fail(startProblem(error), 1);
  }
  stopped.signal.addEventListener('abort', () => void stack.stop());
  print(await whatNext(stack));
  print(`ready ${JSON.stringify(stack.outputs)}\n`);
}

/** For what a person can do something about, one line; for the rest, where it came from. */
function startProblem(error: unknown): string {
  if (error instanceof ListenError) return `${error.message} (--${portOptions[error.option]})`;
  if (error instanceof TextProcessError) return `${error.message} (--${portOptions.textPort})`;
  if (error instanceof SynthesisError || error instanceof TemplateError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(problem: string, exitCode: number): void {
  process.stderr.write(`uidpush: ${problem}\n`);
  process.exitCode = exitCode;
}

await main();
