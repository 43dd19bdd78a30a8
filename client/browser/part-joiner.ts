import { parseJson } from '../../protocol/json-text.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { namedAs, type Part } from './frames.ts';
import type { Message } from './options.ts';

/** Worst case (every character escaped by six bytes, such as `\u0001`) needs seven parts. */
const maxParts = 16;
const maxIncomplete = 64;

/**
 * Joins the parts of messages, in whatever order they come. Keeps a bounded number of incomplete messages, of bounded
 * length.
 */
export class PartJoiner {
  readonly #incomplete = new Map<string, Map<number, string>>();

  /** Returns the message once its last part has arrived. */
  add(frame: Part): Message | undefined {
    const { id, part, parts, data } = frame;
    const pieces = this.#piecesOf(id);
    pieces.set(part, data);
    if (pieces.size > maxParts || lengthOf(pieces) > MAX_MESSAGE_BYTES) this.#incomplete.delete(id);
    else if (pieces.size === parts) {
      this.#incomplete.delete(id);
      const text = Array.from({ length: parts }, (_, index) => pieces.get(index)).join('');
      return { ...namedAs(frame), text, data: parsedOrText(text) };
    }
    return undefined;
  }

  #piecesOf(id: string): Map<number, string> {
    const known = this.#incomplete.get(id);
    if (known) return known;
    for (const oldest of this.#incomplete.keys()) {
      if (this.#incomplete.size < maxIncomplete) break;
      this.#incomplete.delete(oldest);
    }
    const pieces = new Map<number, string>();
    this.#incomplete.set(id, pieces);
    return pieces;
  }
}

/** A broadcast may be text that isn't JSON. */
function parsedOrText(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? text : value;
}

/** In UTF-16 units, of which a text never has more than bytes of UTF-8. */
function lengthOf(pieces: Map<number, string>): number {
  let length = 0;
  for (const piece of pieces.values()) length += piece.length;
  return length;
}
