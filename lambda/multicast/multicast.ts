import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import type { MulticastRequest } from '../../protocol/multicast-request.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import type { Selection } from '../../protocol/selection.ts';
import { outgoing } from '../connection/outgoing.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  type KeyProblem,
  multicastRequestName,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import { errorName, logError } from '../log.ts';
import { isTakenBack } from '../messages/message-log.ts';
import type { DraftClaim } from '../messages/store-messages.ts';
import { pushMetrics } from '../metrics/metrics.ts';
import {
  type Delivery,
  type DeliveryDependencies,
  deliverToUid,
  mayBeStored,
  newDelivery,
} from '../push/deliver-to-uid.ts';
import type { PushOptions } from '../push/push-options.ts';

/** Uids that are worked on at the same time. The frames of each are held while it is its turn. */
const MAX_CONCURRENT_UIDS = 200;

/**
 * Outcome of a multicast. The uids are positions in the request's list: so it fits into an item of the table,
 * whatever the uids are.
 */
export type MulticastOutcome = {
  delivered: number;
  gone: number;
  failed: number;
  excluded?: number;
  stored?: number;
  offline: number[];
  unavailable: number[];
};

type Dependencies = DeliveryDependencies & {
  /** Multicasts that came with an idempotency key. */
  multicastRequests: RequestTable<MulticastOutcome>;
};

/** Pushes a message to many uids; with an idempotency key, once. */
export async function multicast(
  request: MulticastRequest,
  options: PushOptions,
  idempotencyKey: string | undefined,
  dependencies: Dependencies,
): Promise<MulticastOutcome | Refusal | KeyProblem> {
  if (idempotencyKey === undefined) {
    return pushToAll(request, options, { id: randomUUID(), mayBeDone: false }, dependencies);
  }
  const fingerprint = fingerprintOf(request.lines, options.ttlSeconds, options.selection);
  const claim = await claimKey(multicastRequestName(idempotencyKey), fingerprint, {
    ...dependencies,
    requests: dependencies.multicastRequests,
  });
  if (!(claim instanceof Claim)) return claim;
  return claim.endWith(pushToAll(request, options, claim, dependencies));
}

/**
 * Pushes one message to each of the uids, with one id. Returns a refusal if it could be done for none of them.
 *
 * @param attempt `mayBeDone`: an earlier attempt with this id may have done a part of it.
 */
async function pushToAll(
  { uids, text }: Pick<MulticastRequest, 'uids' | 'text'>,
  { ttlSeconds, selection }: PushOptions,
  attempt: Pick<Claim<object>, 'id' | 'mayBeDone'>,
  dependencies: DeliveryDependencies,
): Promise<MulticastOutcome | Refusal> {
  const { clock, lastAttemptAt, recordMetrics, traceparent } = dependencies;
  const startedAt = clock.now();
  const limit = pLimit(MAX_CONCURRENT_UIDS);
  const draft = { id: attempt.id, text, ...(selection && { selection }) };
  const message = outgoing(draft.id, text, true, { traceparent });
  const deliveries = uids.map((uid) => newDelivery(uid, draft, message));
  await Promise.all(
    deliveries.map((delivery) =>
      limit(async () => {
        if (clock.now() > lastAttemptAt) delivery.refusal = outOfTime;
        else await deliverOne({ delivery, ttlSeconds, mayBeDone: attempt.mayBeDone }, dependencies);
        // A stored message has frames of its own, with the uid's number: those of the next uids take their room.
        delivery.message = message;
      }),
    ),
  );
  const results = deliveries.map(({ result, refusal }) => refusal ?? result);
  recordMetrics(pushMetrics(results, clock.now() - startedAt));
  return refusalOf(deliveries) ?? outcomeOf(deliveries, ttlSeconds, selection);
}

async function deliverOne(
  { delivery, ttlSeconds, mayBeDone }: { delivery: Delivery; ttlSeconds: number; mayBeDone: boolean },
  dependencies: DeliveryDependencies,
): Promise<void> {
  const { uid } = delivery.result;
  let claim: DraftClaim | undefined;
  if (mayBeDone && ttlSeconds > 0) {
    try {
      claim = await claimFound(uid, delivery.draft.id, dependencies);
    } catch (error) {
      logError('store-failed', { error: errorName(error) });
      delivery.refusal = mayBeStored;
      return;
    }
  }
  await deliverToUid(uid, [delivery], ttlSeconds, dependencies, claim);
}

/**
 * An earlier attempt, which died or failed, may have stored the message. It is looked for among the last of its uid: as
 * many as a page of a replay has.
 */
async function claimFound(
  uid: string,
  id: string,
  { messageLog, clock, limitTableRequests }: DeliveryDependencies,
): Promise<DraftClaim> {
  return limitTableRequests(async () => {
    const since = Math.max(0, (await messageLog.latestOf(uid)) - MAX_REPLAY_MESSAGES);
    for await (const entry of messageLog.entriesAfter(uid, since, clock.now())) {
      if (!isTakenBack(entry) && entry.id === id) return { triedSeq: entry.seq, recordAttempt };
    }
    return { triedSeq: undefined, recordAttempt };
  });
}

/** The next attempt looks for the message itself. */
async function recordAttempt(): Promise<void> {}

function outcomeOf(
  deliveries: readonly Delivery[],
  ttlSeconds: number,
  selection: Selection | undefined,
): MulticastOutcome {
  const pushed = deliveries.filter(({ refusal }) => refusal === undefined).map(({ result }) => result);
  const sum = (count: 'delivered' | 'gone' | 'failed' | 'excluded') =>
    pushed.reduce((total, result) => total + (result[count] ?? 0), 0);
  const positions = (isOne: (delivery: Delivery) => boolean) =>
    deliveries.flatMap((delivery, position) => (isOne(delivery) ? position : []));
  return {
    delivered: sum('delivered'),
    gone: sum('gone'),
    failed: sum('failed'),
    ...(selection && { excluded: sum('excluded') }),
    ...(ttlSeconds > 0 && { stored: pushed.filter(({ stored }) => stored).length }),
    offline: positions(isOffline),
    unavailable: positions(isUnavailable),
  };
}

function isUnavailable({ refusal, isUnread }: Delivery): boolean {
  return refusal !== undefined || isUnread === true;
}

function isOffline(delivery: Delivery): boolean {
  const { delivered, failed, excluded = 0 } = delivery.result;
  return !isUnavailable(delivery) && delivered + failed + excluded === 0;
}

/** Nothing was done for any of the uids, or that is not known. */
function refusalOf(deliveries: readonly Delivery[]): Refusal | undefined {
  const refusals = deliveries.flatMap(({ refusal }) => refusal ?? []);
  if (refusals.length < deliveries.length) return undefined;
  return refusals.find(({ code }) => code === RefusalCode.unconfirmed) ?? refusals[0];
}

const outOfTime = refuse(RefusalCode.unavailable, 'there was no time left; nothing was pushed to this uid');
