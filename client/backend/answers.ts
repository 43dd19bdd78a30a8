import * as v from 'valibot';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import type { Health } from '../../protocol/answers/health.ts';
import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { parseJson } from '../../protocol/json-text.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/** The shapes of the answers. Members that a newer service adds are passed over. */

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

const expired = v.object({ uid: v.string(), seq: count, state: v.literal('expired') });
const known = v.object({
  uid: v.string(),
  seq: count,
  state: v.picklist(['stored', 'delivered', 'acknowledged', 'deleted']),
  storedAt: time,
  expiresAt: time,
  deliveredAt: v.exactOptional(time),
  acknowledgedAt: v.exactOptional(time),
});
export const messageStatus: Answer<MessageStatus> = v.variant('state', [expired, known]);

export const broadcastAccepted: Answer<BroadcastAccepted> = v.object({ broadcast: v.string() });

export const broadcastStatus: Answer<BroadcastStatus> = v.object({
  broadcast: v.string(),
  state: v.picklist(['running', 'finished', 'stopped']),
  delivered: count,
  gone: count,
  failed: count,
  startedAt: time,
  finishedAt: v.exactOptional(time),
  stoppedAt: v.exactOptional(time),
});

export const health: Answer<Health> = v.object({ status: v.literal('ok') });

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
