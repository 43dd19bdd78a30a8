import { isDeepStrictEqual } from 'node:util';

const maxShownLength = 200;

/** The deployment did something else than expected. The message says what, in a line. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Mismatch(`${what}: expected ${shown(expected)}, found ${shown(found)}`);
}

export function expectThat(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Mismatch(problem);
}

/** JSON, cut where it is too long for a line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= maxShownLength
    ? text
    : `${text.slice(0, maxShownLength)}… (${text.length} characters)`;
}
