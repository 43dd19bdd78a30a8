/** A command's result: one line of JSON, for people and for programs. */
export function printJson(value: object): void {
  printLine(JSON.stringify(value));
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What only people need; it is not part of the result. */
export function printNote(note: string): void {
  process.stderr.write(`${note}\n`);
}
