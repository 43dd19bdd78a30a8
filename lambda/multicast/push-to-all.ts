import pLimit from 'p-limit';
import { MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import { errorName, logError } from '../log.ts';
import { isTakenBack } from '../messages/message-log.ts';
import type { DraftClaim } from '../messages/store-messages.ts';
import {
  type DeliveryDependencies,
  deliverToUid,
  mayBeStored,
  newDelivery,
  type UidDelivery,
} from '../push/deliver.ts';
import type { PushOptions } from '../push/push-options.ts';

/** One message for many uids. */
export type Mailing = {
  /** The message's, the same on every connection. */
  id: string;
  uids: readonly string[];
  text: string;
  options: PushOptions;
  /** An earlier attempt with this id may have done a part of it. */
  mayBeDone: boolean;
};

/** How uids are worked through. */
export type Progression = {
  /** Uids that are worked on at the same time. The frames of each are held while it is its turn. */
  maxConcurrentUids: number;
  /** Milliseconds since the epoch after which no uid is begun. */
  beginUntil: number;
  /** Waits for the turn of the next uid. @default at once */
  turn?(): Promise<void>;
};

/**
 * Pushes one message to each of the uids, from the first one on, with one id. Resolves to the deliveries of those that
 * were begun in time: all, or the first ones.
 */
export async function pushToAll(
  { id, uids, text, options, mayBeDone }: Mailing,
  { maxConcurrentUids, beginUntil, turn }: Progression,
  dependencies: DeliveryDependencies,
): Promise<UidDelivery[]> {
  const { clock, traceparent } = dependencies;
  const { ttlSeconds, selection } = options;
  const limit = pLimit(maxConcurrentUids);
  const draft = { id, text, ...(selection && { selection }) };
  const message = new OutgoingMessage(id, text, true, { traceparent });
  const begun: UidDelivery[] = [];
  await Promise.all(
    uids.map(() =>
      limit(async () => {
        await turn?.();
        const uid = uids[begun.length];
        if (uid === undefined || clock.now() > beginUntil) return;
        const delivery: UidDelivery = { ...newDelivery(uid, draft, message), failedTo: [] };
        begun.push(delivery);
        await deliverOne({ delivery, ttlSeconds, mayBeDone }, dependencies);
        // A stored message has frames of its own, with the uid's number: those of the next uids take their room.
        delivery.message = message;
      }),
    ),
  );
  return begun;
}

async function deliverOne(
  { delivery, ttlSeconds, mayBeDone }: { delivery: UidDelivery; ttlSeconds: number; mayBeDone: boolean },
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

/**
 * Outcome of a multicast, or of a part of one. The uids are positions in the request's list: so it fits into an
 * item of the table, whatever the uids are.
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

/** @param firstPosition Of the first delivery's uid in the request's list. */
export function outcomeOf(
  deliveries: readonly UidDelivery[],
  { ttlSeconds, selection }: PushOptions,
  firstPosition = 0,
): MulticastOutcome {
  const pushed = deliveries.filter(({ refusal }) => refusal === undefined).map(({ result }) => result);
  const sum = (count: 'delivered' | 'gone' | 'failed' | 'excluded') =>
    pushed.reduce((total, result) => total + (result[count] ?? 0), 0);
  const positions = (isOne: (delivery: UidDelivery) => boolean) =>
    deliveries.flatMap((delivery, index) => (isOne(delivery) ? firstPosition + index : []));
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

function isUnavailable({ refusal, result }: UidDelivery): boolean {
  return refusal !== undefined || result.unavailable === true;
}

function isOffline(delivery: UidDelivery): boolean {
  const { delivered, failed, excluded = 0 } = delivery.result;
  return !isUnavailable(delivery) && delivered + failed + excluded === 0;
}
