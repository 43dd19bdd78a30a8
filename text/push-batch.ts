import { randomBytes, randomUUID } from 'node:crypto';
import { pushManyParts } from '../client/backend/call-options.ts';
import { pushToGroup } from '../client/backend/group-push.ts';
import type { HttpClient } from '../client/backend/http-client.ts';
import { multicastLinesAtOnce } from '../client/backend/multicast-request.ts';
import type { PushManyOptions } from '../client/backend/options.ts';
import { PushError, PushErrorCode } from '../client/backend/push-error.ts';
import { pushMany } from '../client/backend/push-many.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { Log } from '../protocol/log-line.ts';
import { RefusalCode } from '../protocol/refusal.ts';
import { traceIdOf } from '../protocol/trace-context.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import type { Batch, BatchResults, EnvelopeResult } from './batch.ts';

/** What all pushes of the service have in common. */
export type PushConditions = {
  /** Sends requests to the push URL. */
  http: HttpClient;
  /** How long messages are stored; 0: not at all. */
  ttlSeconds: number;
  /** Whether each request begins a trace. */
  isTracing: boolean;
  log: Log;
};

/** Pushes a batch by one request. Never rejects: a push that failed is logged, and has no results. */
export async function pushBatch(
  { messages, envelope }: Pick<Batch, 'messages' | 'envelope'>,
  { http, ttlSeconds, isTracing, log }: PushConditions,
): Promise<BatchResults> {
  if (messages.length === 0 && envelope === undefined) return {};
  const correlationId = randomUUID();
  const traceparent = isTracing ? newTraceparent() : undefined;
  const trace = traceparent === undefined ? {} : { traceId: traceIdOf(traceparent) };
  log.debug('push', { correlationId, ...trace, lines: envelope ? 1 : messages.length });
  const options = { ttlSeconds, correlationId, ...(traceparent !== undefined && { traceparent }) };
  try {
    return envelope === undefined
      ? { messages: await pushMany(http, messages, options) }
      : { envelope: await pushEnvelope(http, envelope, options) };
  } catch (error) {
    if (!isMistake(error, envelope)) log.error('push-failed', fieldsOf(error));
    return {};
  }
}

function pushEnvelope(
  http: HttpClient,
  envelope: Envelope,
  options: PushManyOptions,
): Promise<EnvelopeResult> {
  if ('lines' in envelope) {
    const parts = pushManyParts({ ...options, ...envelope.selection });
    return multicastLinesAtOnce(http, encodeUtf8(envelope.lines), parts);
  }
  // What is pushed to a group is not stored.
  const parts = pushManyParts({ ...options, ttlSeconds: 0, ...envelope.selection });
  return pushToGroup(http, envelope.group, encodeUtf8(envelope.message), parts);
}

/** A uid, or a group, of an envelope that can't be one is its sender's: of a group the client's `TypeError` says it. */
function isMistake(error: unknown, envelope: Envelope | undefined): boolean {
  if (error instanceof PushError) return error.code === RefusalCode.unusableUid;
  return error instanceof TypeError && envelope !== undefined && 'group' in envelope;
}

/** Log fields of a push that failed; of its detail nothing but AWS's type of error. */
function fieldsOf(error: unknown): Record<string, string | number> {
  if (!(error instanceof PushError)) return { code: 'unknown' };
  const { code, status, detail = '', correlationId = '' } = error;
  const [awsType] = (code === PushErrorCode.unexpectedStatus && /^[A-Z]\w{0,63}(?=:|$)/.exec(detail)) || [];
  return { code, ...(status && { status }), ...(awsType && { error: awsType }), correlationId };
}

/** A line has no headers, so a trace begins here. Its flags say that it is recorded. */
function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
