import { randomUUID } from 'node:crypto';
import type { Message } from '../../protocol/message.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { isSelected, type Selection } from '../../protocol/selection.ts';
import { type Outgoing, outgoing, postInOrder } from '../connection/outgoing.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  type KeyProblem,
  pushRequestName,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import { errorName, logError } from '../log.ts';
import type { MessageLog, Receivable } from '../messages/message-log.ts';
import { noteDelivered } from '../messages/note-delivered.ts';
import { type Draft, type DraftClaim, storeMessages } from '../messages/store-messages.ts';
import { pushMetrics } from '../metrics/push-metrics.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';

export type PushDependencies = RequestScope & {
  table: ConnectionTable;
  messageLog: MessageLog;
  /** Pushes that came with an idempotency key. */
  requests: RequestTable<PushResult>;
};

/** A message, and to which connections of its uid it is pushed. @default all */
export type Addressed = Message & { selection?: Selection };

/**
 * Pushes one message; with an idempotency key, once.
 *
 * @param ttlSeconds How long it is stored; 0: not at all.
 */
export async function pushOne(
  message: Addressed,
  ttlSeconds: number,
  idempotencyKey: string | undefined,
  dependencies: PushDependencies,
): Promise<LineResult | KeyProblem> {
  if (idempotencyKey === undefined) return pushSingle(message, ttlSeconds, dependencies);
  const name = pushRequestName(message.uid, idempotencyKey);
  const fingerprint = fingerprintOf(message.text, ttlSeconds, message.selection);
  const claim = await claimKey(name, fingerprint, dependencies);
  if (!(claim instanceof Claim)) return claim;
  let result: LineResult;
  try {
    result = await pushSingle(message, ttlSeconds, dependencies, claim);
  } catch (error) {
    await claim.abandon();
    throw error;
  }
  return claim.finish(result);
}

async function pushSingle(
  message: Addressed,
  ttlSeconds: number,
  dependencies: PushDependencies,
  claim?: Claim<PushResult>,
): Promise<LineResult> {
  const [result] = await pushMessages([message], ttlSeconds, dependencies, claim);
  if (result === undefined) throw new Error('A push of one message must have one result.');
  return result;
}

/** A message on its way, with the result that is counted up as its posts end. */
type Delivery = { draft: Draft; message: Outgoing; result: PushResult; refusal?: Refusal };

/**
 * Pushes each message to the connections of its uid that it selects. Returns the results in the order of the messages.
 * Messages of one uid reach each of its connections in their order: the uid is looked up once, and a connection gets
 * its messages one after the other. Different uids and different connections don't wait for each other.
 *
 * @param ttlSeconds How long the messages are stored; 0: not at all.
 * @param claim Of a single message, which then has the claim's id.
 */
export async function pushMessages(
  messages: readonly Addressed[],
  ttlSeconds: number,
  dependencies: PushDependencies,
  claim?: DraftClaim & { id: string },
): Promise<LineResult[]> {
  const { clock, tellMetrics } = dependencies;
  const startedAt = clock.now();
  const deliveries: Delivery[] = messages.map(({ uid, text, selection }) => {
    const draft = { id: claim?.id ?? randomUUID(), text, ...(selection && { selection }) };
    const message = outgoing(draft.id, text, true);
    const result = { uid, delivered: 0, gone: 0, failed: 0, ...(selection && { excluded: 0 }) };
    return { draft, message, result };
  });
  await Promise.all(
    Array.from(byUid(deliveries), ([uid, ofUid]) =>
      ttlSeconds === 0
        ? lookUpAndDeliver(uid, ofUid, dependencies)
        : storeAndDeliver(uid, ofUid, ttlSeconds * 1_000, dependencies, claim),
    ),
  );
  const results = deliveries.map(({ result, refusal }) => refusal ?? result);
  tellMetrics(pushMetrics(results, clock.now() - startedAt));
  return results;
}

function byUid(deliveries: readonly Delivery[]): Map<string, Delivery[]> {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.result.uid);
    if (group) group.push(delivery);
    else groups.set(delivery.result.uid, [delivery]);
  }
  return groups;
}

async function lookUpAndDeliver(
  uid: string,
  deliveries: readonly Delivery[],
  dependencies: PushDependencies,
): Promise<void> {
  const connections = await lookUp(uid, dependencies);
  if (connections === undefined) return refuseAll(deliveries, notLookedUp);
  await deliver(uid, deliveries, connections, dependencies);
}

/**
 * The messages are in the log before the connections are looked up, and a connection is in the table before its
 * client's log is read:
 *
 *     push                              register (or replay)
 *     put message, raise counter        put row
 *     look connections up               read counter and log
 *
 * Whichever of the two begins its second line last finds the other's first: the lookup finds the row, or the log has
 * the message, or both. Then the client gets it twice, with one number.
 */
async function storeAndDeliver(
  uid: string,
  deliveries: readonly Delivery[],
  storedForMs: number,
  dependencies: PushDependencies,
  claim?: DraftClaim,
): Promise<void> {
  const stored = await store(uid, deliveries, storedForMs, dependencies, claim);
  if (stored.length === 0) return;
  const accepted = deliveries.slice(0, stored.length);
  // If the connections can't be read the messages are accepted all the same: a replay brings them.
  const connections = (await lookUp(uid, dependencies)) ?? [];
  await deliver(uid, accepted, connections, dependencies);
  await noteReceipts(uid, accepted, stored, dependencies);
}

/** Returns the messages that are stored, which are the first ones, and refuses the others. */
async function store(
  uid: string,
  deliveries: readonly Delivery[],
  storedForMs: number,
  dependencies: PushDependencies,
  claim?: DraftClaim,
): Promise<readonly Receivable[]> {
  const drafts = deliveries.map(({ draft }) => draft);
  const { stored, unconfirmed, error } = await dependencies.limitTableRequests(() =>
    storeMessages(uid, drafts, storedForMs, dependencies, claim),
  );
  if (error !== undefined) logError('store-failed', { error: errorName(error) });
  const firstNotStored = stored.length + unconfirmed;
  refuseAll(deliveries.slice(stored.length, firstNotStored), mayBeStored);
  refuseAll(deliveries.slice(firstNotStored), notStored);
  for (const [index, { seq }] of stored.entries()) numberDelivery(deliveries[index], seq);
  return stored;
}

function numberDelivery(delivery: Delivery | undefined, seq: number): void {
  if (delivery === undefined) throw new Error('No more messages can be stored than there are.');
  const { id, text } = delivery.draft;
  delivery.message = outgoing(id, text, true, seq);
  Object.assign(delivery.result, { seq, stored: true });
}

/** Returns `undefined` when the table can't be read. */
async function lookUp(
  uid: string,
  { table, clock, limitTableRequests }: PushDependencies,
): Promise<Connection[] | undefined> {
  try {
    return await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  } catch (error) {
    logError('lookup-failed', { error: errorName(error) });
    return undefined;
  }
}

async function deliver(
  uid: string,
  deliveries: readonly Delivery[],
  connections: readonly Connection[],
  dependencies: PushDependencies,
): Promise<void> {
  await Promise.all(
    connections.map((connection) => deliverToConnection(uid, connection, deliveries, dependencies)),
  );
}

async function deliverToConnection(
  uid: string,
  connection: Connection,
  deliveries: readonly Delivery[],
  { table, connections, limitConnectionRequests, limitTableRequests }: PushDependencies,
): Promise<void> {
  const { connectionId, isFramed } = connection;
  for (const { draft, message, result } of deliveries) {
    if (!isSelected(connection, draft.selection)) {
      result.excluded = (result.excluded ?? 0) + 1;
      continue;
    }
    const texts = message(isFramed);
    const outcome = await postInOrder(texts, connectionId, connections, limitConnectionRequests);
    result[outcome]++;
    if (outcome !== 'gone') continue;
    // From here on it is no connection of this uid: the results of the messages after this one don't count it.
    return limitTableRequests(() => forgetGoneConnection(table, uid, connectionId));
  }
}

/** Notes of each stored message that a connection got it. */
async function noteReceipts(
  uid: string,
  deliveries: readonly Delivery[],
  stored: readonly Receivable[],
  { messageLog, clock, limitTableRequests }: PushDependencies,
): Promise<void> {
  const received = stored.filter((_, index) => (deliveries[index]?.result.delivered ?? 0) > 0);
  await Promise.all(
    received.map((message) => limitTableRequests(() => noteDelivered(messageLog, uid, message, clock.now()))),
  );
}

function refuseAll(deliveries: readonly Delivery[], refusal: Refusal): void {
  for (const delivery of deliveries) delivery.refusal = refusal;
}

const notLookedUp = refuse(
  RefusalCode.unavailable,
  'the connections of this uid could not be read; nothing was pushed',
);
const notStored = refuse(
  RefusalCode.unavailable,
  'the message could not be stored; it was not pushed, and will not be',
);
const mayBeStored = refuse(
  RefusalCode.unconfirmed,
  'whether the message is stored is not known; it was not pushed, but may yet be delivered',
);
