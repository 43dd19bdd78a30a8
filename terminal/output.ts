/** Aborted when the reader of the standard output has gone, as `head` does when it has enough. */
const readerLeft = new AbortController();
export const readerSignal: AbortSignal = readerLeft.signal;

/**
 * Handles the errors of standard output and standard error, which Node.js reports as events. That a reader has gone is
 * no error: what is printed from then on is dropped. `onError` receives every other, as that of a full disk.
 */
export function watchOutput(onError: (error: Error) => void): void {
  const isPipeError = (error: NodeJS.ErrnoException) => error.code === 'EPIPE';
  process.stdout.on('error', (error) => (isPipeError(error) ? readerLeft.abort() : onError(error)));
  process.stderr.on('error', (error) => {
    if (!isPipeError(error)) onError(error);
  });
}

/** A command's result: one line of JSON, for people and for programs. */
export function printJson(value: object): void {
  printLine(JSON.stringify(value));
}

export function printLine(line: string): void {
  print(`${line}\n`);
}

export function print(text: string): void {
  if (!readerSignal.aborted) process.stdout.write(text);
}

/** Text for people only; it is not part of the result. */
export function printNote(note: string): void {
  process.stderr.write(`${note}\n`);
}
