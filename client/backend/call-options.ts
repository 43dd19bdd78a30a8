import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { GroupPushStatus } from '../../protocol/answers/groups.ts';
import type { MulticastStatus } from '../../protocol/answers/multicast.ts';
import { isCorrelationId } from '../../protocol/correlation-id.ts';
import {
  MAX_BLOCK_SECONDS,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_MEMBERSHIP_SECONDS,
  MAX_UIDS_PER_PAGE,
} from '../../protocol/limits.ts';
import { selectionEntries } from '../../protocol/selection-schema.ts';
import { TRACEPARENT_HEADER, traceparentOf } from '../../protocol/trace-context.ts';
import { queryOf } from './address.ts';
import { checkOptions, functionOf, wholeNumber } from './check-options.ts';
import { maxTimerMs, retryCount } from './client-options.ts';
import { type RetryRule, withKey } from './retry.ts';
import type { WaitParts } from './until-finished.ts';

const keyRule = `1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible characters of ASCII`;
const traceparentRule = 'a traceparent of W3C Trace Context';
const correlationIdRule = '1 to 128 letters, digits, ".", "_", ":" or "-"';

const correlationEntries = {
  correlationId: v.optional(
    v.pipe(v.string(correlationIdRule), v.check(isCorrelationId, correlationIdRule)),
    () => randomUUID(),
  ),
  traceparent: v.optional(
    v.pipe(
      v.string(traceparentRule),
      v.check((value) => traceparentOf(value) !== undefined, traceparentRule),
    ),
  ),
};
const ttlEntries = { ttlSeconds: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), 0) };
const onceEntries = {
  idempotencyKey: v.optional(
    v.pipe(v.string(keyRule), v.regex(/^[!-~]+$/, keyRule), v.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH, keyRule)),
  ),
  retries: v.optional(retryCount),
};
const pushManySchema = v.strictObject({ ...correlationEntries, ...ttlEntries, ...selectionEntries });
const pushSchema = v.strictObject({
  ...correlationEntries,
  ...ttlEntries,
  ...selectionEntries,
  ...onceEntries,
});
const waitEntries = { waitMs: v.optional(wholeNumber(0, maxTimerMs), 300_000) };
const multicastSchema = v.strictObject({
  ...pushSchema.entries,
  ...waitEntries,
  onProgress: v.optional(functionOf<(status: MulticastStatus) => void>()),
});
const { ttlSeconds: _, ...groupPushEntries } = pushSchema.entries;
const startGroupPushSchema = v.strictObject(groupPushEntries);
const groupPushSchema = v.strictObject({
  ...groupPushEntries,
  ...waitEntries,
  onProgress: v.optional(functionOf<(status: GroupPushStatus) => void>()),
});
const membershipSchema = v.strictObject({
  ttlSeconds: v.optional(wholeNumber(1, MAX_MEMBERSHIP_SECONDS)),
});
const broadcastSchema = v.strictObject({ ...correlationEntries, ...onceEntries });
const text = v.optional(v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty')));
const pageSchema = v.strictObject({
  limit: v.optional(wholeNumber(1, MAX_UIDS_PER_PAGE)),
  after: text,
});
const onlineSchema = v.strictObject(selectionEntries);
const revokeRule = 'true, false or a Date';
const disconnectSchema = v.strictObject({
  ...selectionEntries,
  revoke: v.optional(
    v.union([v.boolean(), v.pipe(v.date(), v.minValue(new Date(0), revokeRule))], revokeRule),
    false,
  ),
  blockSeconds: v.optional(wholeNumber(0, MAX_BLOCK_SECONDS)),
});

/** Headers and query of a push's, or a broadcast's, options. */
export type PushParts = {
  /** With its `?`. */
  query: string;
  headers: Record<string, string>;
  correlationId: string;
  retry?: RetryRule;
};

export type MulticastParts = PushParts & { wait: WaitParts<MulticastStatus> };
export type GroupPushParts = PushParts & { wait: WaitParts<GroupPushStatus> };

/** These throw a `TypeError` for options that can't be used, or that don't exist. */

/** `method`: of the client, for its errors. */
export function pushParts(
  method: 'push' | 'startMulticast',
  options: unknown,
  clientRetries: number,
): PushParts {
  return partsOf(checkOptions(method, pushSchema, options), clientRetries);
}

function partsOf(parsed: v.InferOutput<typeof pushSchema>, clientRetries: number): PushParts {
  const { ttlSeconds, correlationId, traceparent, only, except, ...once } = parsed;
  const { headers, ...retry } = onceParts(once, clientRetries);
  return {
    query: queryOf({ only, except }),
    headers: { ...ttlHeader(ttlSeconds), ...traceHeader(traceparent), ...headers },
    correlationId,
    ...retry,
  };
}

export function multicastParts(options: unknown, clientRetries: number): MulticastParts {
  const { waitMs, onProgress, ...rest } = checkOptions('multicast', multicastSchema, options);
  return { ...partsOf(rest, clientRetries), wait: { waitMs, ...(onProgress && { onProgress }) } };
}

export function broadcastParts(options: unknown, clientRetries: number): Omit<PushParts, 'query'> {
  const { correlationId, traceparent, ...once } = checkOptions('broadcast', broadcastSchema, options);
  const { headers, ...retry } = onceParts(once, clientRetries);
  return { headers: { ...traceHeader(traceparent), ...headers }, correlationId, ...retry };
}

export function pushManyParts(options: unknown): PushParts {
  const parsed = checkOptions('pushMany', pushManySchema, options);
  const { ttlSeconds, correlationId, traceparent, ...selection } = parsed;
  return {
    query: queryOf(selection),
    headers: { ...ttlHeader(ttlSeconds), ...traceHeader(traceparent) },
    correlationId,
  };
}

/** `method`: of the client, for its errors. */
export function pageOptionsOf(method: 'onlineUids' | 'multicastUids' | 'groups.members', options: unknown) {
  return checkOptions(method, pageSchema, options);
}

export function groupPushParts(options: unknown, clientRetries: number): GroupPushParts {
  const { waitMs, onProgress, ...rest } = checkOptions('groups.push', groupPushSchema, options);
  const wait = { waitMs, ...(onProgress && { onProgress }) };
  return { ...partsOf({ ttlSeconds: 0, ...rest }, clientRetries), wait };
}

export function startGroupPushParts(options: unknown, clientRetries: number): PushParts {
  const parsed = checkOptions('groups.startPush', startGroupPushSchema, options);
  return partsOf({ ttlSeconds: 0, ...parsed }, clientRetries);
}

export function membershipHeaders(options: unknown): Record<string, string> {
  const { ttlSeconds = 0 } = checkOptions('groups.add', membershipSchema, options);
  return ttlHeader(ttlSeconds);
}

/** Both return the query, with its `?`. */
export function onlineQuery(options: unknown): string {
  return queryOf(checkOptions('online', onlineSchema, options));
}

export function disconnectQuery(options: unknown): string {
  const { revoke, blockSeconds, ...selection } = checkOptions('disconnect', disconnectSchema, options);
  const through = revoke instanceof Date ? Math.floor(revoke.getTime() / 1_000) : revoke ? '' : undefined;
  return queryOf({ ...selection, revoke: through, block: blockSeconds });
}

type OnceOptions = { idempotencyKey?: string | undefined; retries?: number | undefined };

function onceParts(options: OnceOptions, clientRetries: number): Pick<PushParts, 'headers' | 'retry'> {
  const { retries = clientRetries } = options;
  const { idempotencyKey = retries > 0 ? randomUUID() : undefined } = options;
  if (idempotencyKey === undefined) return { headers: {} };
  return { headers: { 'idempotency-key': idempotencyKey }, retry: withKey(retries) };
}

function traceHeader(traceparent: string | undefined): Record<string, string> {
  return traceparent === undefined ? {} : { [TRACEPARENT_HEADER]: traceparent };
}

function ttlHeader(ttlSeconds: number): Record<string, string> {
  return ttlSeconds === 0 ? {} : { ttl: String(ttlSeconds) };
}
