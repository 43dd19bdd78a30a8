import * as v from 'valibot';
import type { PushResult } from '../../protocol/answers/push.ts';
import { parseJson } from '../../protocol/json-text.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/**
 * The shape of an answer stands beside its request; those that several requests have are here. Members that a newer
 * service adds are passed over.
 */

export type Answer<Result> = v.GenericSchema<unknown, Result>;

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const time = v.pipe(v.string(), v.isoTimestamp());

export const pushResult: Answer<PushResult> = v.object({
  uid: v.string(),
  delivered: count,
  gone: count,
  failed: count,
  excluded: v.exactOptional(count),
  unavailable: v.exactOptional(v.literal(true)),
  seq: v.exactOptional(count),
  stored: v.exactOptional(v.literal(true)),
});

/** A refusal's code may be one that this version does not know yet. */
export const refusal = v.object({
  code: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  detail: v.string(),
});

/** Reads a JSON answer. */
export function parseAnswer<Result>(schema: Answer<Result>, answer: Uint8Array): Result {
  const parsed = v.safeParse(schema, parseJson(decodeUtf8(answer) ?? ''));
  if (parsed.success) return parsed.output;
  throw new PushError(
    PushErrorCode.unexpectedAnswer,
    'The answer is not what this request is answered with.',
  );
}
