import { randomUUID } from 'node:crypto';
import type { Message } from '../../protocol/message.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import type { RetryConditions } from '../connection/retry-throttled.ts';
import { type Attempt, doOnce } from '../idempotency/do-once.ts';
import { fingerprintOf, pushRequestName } from '../idempotency/request-name.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import type { MessageLog } from '../messages/message-log.ts';
import { noteDelivered } from '../messages/note-delivered.ts';
import { type StorePorts, storeAgain, storeMessages } from '../messages/store-messages.ts';
import { type KeepPorts, type PushPorts, pushMessages } from './push-messages.ts';
import type { PushService } from './push-routes.ts';

export type MessagePorts = {
  log: MessageLog;
  requests: RequestTable<PushResult>;
  /** The longest that a message is kept. */
  maxTtlSeconds: number;
};

/** Runs work on the tables when there is room for it. */
type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Is told what became of messages, each time that some were really pushed, and how long it took. */
type OnPushed = (results: readonly LineResult[], elapsedMs: number) => void;

/** Pushes that store what has a `TTL`, and do once what has an idempotency key. */
export function createPushes(
  { log, requests, maxTtlSeconds }: MessagePorts,
  { onPushed, ...ports }: Omit<PushPorts, 'keep'> & { onPushed: OnPushed },
  { now, random, sleep, lastAttemptAt }: RetryConditions,
  limit: Limit,
): PushService {
  async function push(
    messages: readonly Message[],
    ttlSeconds: number,
    attempt?: Attempt,
  ): Promise<LineResult[]> {
    const startedAt = now();
    const results = await pushMessages(
      messages,
      ttlSeconds === 0 ? ports : { ...ports, keep: keepFor(ttlSeconds * 1_000, attempt) },
      attempt ? () => attempt.id : randomUUID,
    );
    onPushed(results, now() - startedAt);
    return results;
  }

  function keepFor(keptForMs: number, attempt?: Attempt): KeepPorts {
    const storePorts: StorePorts = {
      log,
      now,
      random,
      sleep,
      ...(attempt && { beforeAttempt: (seq) => attempt.beforeAttempt(seq) }),
    };
    return {
      store: (uid, drafts) =>
        limit(() => {
          const [draft] = drafts;
          return attempt?.triedSeq !== undefined && draft
            ? storeAgain(uid, draft, attempt.triedSeq, keptForMs, storePorts)
            : storeMessages(uid, drafts, keptForMs, storePorts);
        }),
      noteDelivered: (uid, message) => limit(() => noteDelivered(log, uid, message, now())),
    };
  }

  async function pushSingle(message: Message, ttlSeconds: number, attempt?: Attempt): Promise<LineResult> {
    const [result] = await push([message], ttlSeconds, attempt);
    if (result === undefined) throw new Error('A push of one message must have one result.');
    return result;
  }

  return {
    maxTtlSeconds,
    push,
    pushOne(message, ttlSeconds, idempotencyKey) {
      if (idempotencyKey === undefined) return pushSingle(message, ttlSeconds);
      return doOnce(pushRequestName(message.uid, idempotencyKey), fingerprintOf(message.text, ttlSeconds), {
        requests,
        attempt: (attempt) => pushSingle(message, ttlSeconds, attempt),
        newId: randomUUID,
        lastAttemptAt,
        now,
        random,
        sleep,
      });
    },
  };
}
