import * as v from 'valibot';
import { memberText, parseJson } from './json-text.ts';
import { MAX_UIDS_AT_ONCE } from './limits.ts';
import type { Selection } from './selection.ts';
import { selectionEntries } from './selection-schema.ts';
import { decodeUtf8 } from './utf8.ts';

/** A message for several uids, or for a group, in one line. */
export type Envelope = (ToUids | ToGroup) & {
  selection: Selection;
  /** Whether the answer is to have the counts. */
  wantsCounts: boolean;
};

/** The two lines of a multicast: the uids, and the message as it was written. */
type ToUids = { lines: string };

/** The message as it was written. Whether the name can be that of a group is for the client to say. */
type ToGroup = { group: string; message: string };

const common = {
  message: v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  ...selectionEntries,
  counts: v.exactOptional(v.boolean(), false),
};
const schema = v.union([
  v.strictObject({
    uids: v.pipe(v.array(v.unknown()), v.nonEmpty(), v.maxLength(MAX_UIDS_AT_ONCE)),
    ...common,
  }),
  v.strictObject({ group: v.string(), ...common }),
]);

/**
 * Reads an envelope: a JSON object of `message`, either `uids` or `group`, and none but these and the options. Returns
 * `undefined` for every other line: one with a `uid` is a message, whatever else it has, and a member that there is not
 * might be a misspelt `except`.
 */
export function parseEnvelope(line: Uint8Array): Envelope | undefined {
  const text = decodeUtf8(line) ?? '';
  const parsed = v.safeParse(schema, parseJson(text));
  if (!parsed.success) return undefined;
  const { counts, only, except, ...rest } = parsed.output;
  const message = memberText(text, 'message');
  const to =
    'group' in rest
      ? { group: rest.group, message }
      : { lines: `{"uids":${memberText(text, 'uids')}}\n${message}\n` };
  return { ...to, selection: { ...(only && { only }), ...(except && { except }) }, wantsCounts: counts };
}
