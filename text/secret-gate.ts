import * as v from 'valibot';
import { parseJson } from '../protocol/json-text.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { isOneOf } from '../protocol/secret.ts';
import { decodeUtf8 } from '../protocol/utf8.ts';

/** Keeps one connection's messages out until `{"secret":"…"}` has come. */
export class SecretGate {
  readonly #secrets: readonly string[];
  #linesLeft: number;
  #isOpen: boolean;

  /** Any of `secrets` opens it; without any it is open. After `maxRefusedLines` others it is shut for good. */
  constructor(secrets: readonly string[], maxRefusedLines: number) {
    this.#secrets = secrets;
    this.#linesLeft = maxRefusedLines;
    this.#isOpen = secrets.length === 0;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isShut(): boolean {
    return !this.#isOpen && this.#linesLeft === 0;
  }

  /** Whether `line` opens it. */
  tryLine(line: Line): boolean {
    const secret = 'bytes' in line ? secretOf(line.bytes) : undefined;
    this.#isOpen = secret !== undefined && isOneOf(secret, this.#secrets);
    if (!this.#isOpen) this.#linesLeft--;
    return this.#isOpen;
  }
}

const secretLine = v.object({ secret: v.string() });

function secretOf(bytes: Uint8Array): string | undefined {
  const parsed = v.safeParse(secretLine, parseJson(decodeUtf8(bytes) ?? ''));
  return parsed.success ? parsed.output.secret : undefined;
}
