import * as v from 'valibot';
import { memberText, parseJson } from './json-text.ts';
import { MAX_SELECTED, MAX_UIDS_AT_ONCE } from './limits.ts';
import type { Selection } from './selection.ts';
import { decodeUtf8 } from './utf8.ts';

/** A message for several uids in one line. */
export type Envelope = {
  /** The two lines of a multicast: the uids, and the message as it was written. */
  lines: string;
  selection: Selection;
  /** Whether the answer is to have the counts. */
  wantsCounts: boolean;
};

const name = v.pipe(v.string(), v.nonEmpty());
const names = v.exactOptional(
  v.union([
    v.pipe(
      name,
      v.transform((one) => [one]),
    ),
    v.pipe(v.array(name), v.nonEmpty(), v.maxLength(MAX_SELECTED)),
  ]),
);
const schema = v.strictObject({
  uids: v.pipe(v.array(v.unknown()), v.nonEmpty(), v.maxLength(MAX_UIDS_AT_ONCE)),
  message: v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  only: names,
  except: names,
  counts: v.exactOptional(v.boolean(), false),
});

/**
 * Reads an envelope. Returns `undefined` for a line that is none: one with a `uid` is a message, whatever else it has,
 * and a member that there is not might be a misspelt `except`.
 */
export function parseEnvelope(line: Uint8Array): Envelope | undefined {
  const text = decodeUtf8(line) ?? '';
  const parsed = v.safeParse(schema, parseJson(text));
  if (!parsed.success) return undefined;
  const { counts, only, except } = parsed.output;
  return {
    lines: `{"uids":${memberText(text, 'uids')}}\n${memberText(text, 'message')}\n`,
    selection: { ...(only && { only }), ...(except && { except }) },
    wantsCounts: counts,
  };
}
