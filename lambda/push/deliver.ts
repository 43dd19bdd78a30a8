import type { DeliveryCounts, PushResult } from '../../protocol/answers/push.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { isSelected, type Selection } from '../../protocol/selection.ts';
import type { Target } from '../broadcast/broadcast-task.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import { postInOrder, type RetryingConnections } from '../connection/retrying-connections.ts';
import { errorName, hashed, logError, logInfo } from '../log.ts';
import { type MessageLog, recordDelivered, type StoredSeq } from '../messages/message-log.ts';
import { type Draft, type DraftClaim, storeMessages } from '../messages/store-messages.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';

export type DeliveryDependencies = Omit<RequestScope, 'connections'> & {
  connections: Pick<RetryingConnections, 'post'>;
  table: ConnectionTable;
  messageLog: MessageLog;
};

/** A message on its way, with the counts that go up as its posts end. */
export type Delivery = {
  message: OutgoingMessage;
  /** To which connections it is pushed. @default all */
  selection?: Selection | undefined;
  result: Omit<DeliveryCounts, 'uid'> & { excluded?: number };
  /** Where it is there, connections of which the post failed are added to it. */
  failedTo?: Target[];
};

/** A message on its way to a uid. */
export type UidDelivery = Delivery & { draft: Draft; result: PushResult; refusal?: Refusal };

/** @param message Shared by those that push the same to many uids. @default of the draft alone */
export function newDelivery(
  uid: string,
  draft: Draft,
  message = new OutgoingMessage(draft.id, draft.text, true),
): UidDelivery {
  const result = { uid, delivered: 0, gone: 0, failed: 0, ...(draft.selection && { excluded: 0 }) };
  return { draft, message, selection: draft.selection, result };
}

/**
 * Pushes messages to one uid, whose connections are looked up once, and counts in each what became of it. A connection
 * gets them one after the other; different connections don't wait for each other.
 *
 * @param ttlSeconds How long the messages are stored; 0: not at all.
 */
export async function deliverToUid(
  uid: string,
  deliveries: readonly UidDelivery[],
  ttlSeconds: number,
  dependencies: DeliveryDependencies,
  claim?: DraftClaim,
): Promise<void> {
  if (ttlSeconds === 0) await lookUpAndDeliver(uid, deliveries, dependencies);
  else await storeAndDeliver(uid, deliveries, ttlSeconds * 1_000, dependencies, claim);
  for (const { result, refusal } of deliveries) {
    if (refusal === undefined) logInfo('pushed', () => pushedFields(result));
  }
}

function pushedFields({ uid, delivered, gone, failed, seq }: PushResult) {
  return { ...hashed(uid), delivered, gone, failed, ...(seq !== undefined && { seq }) };
}

async function lookUpAndDeliver(
  uid: string,
  deliveries: readonly UidDelivery[],
  dependencies: DeliveryDependencies,
): Promise<void> {
  const recipients = await lookUp(uid, dependencies);
  if (recipients === undefined) return refuseAll(deliveries, notLookedUp);
  await deliver(uid, deliveries, recipients, dependencies);
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
  deliveries: readonly UidDelivery[],
  storedForMs: number,
  dependencies: DeliveryDependencies,
  claim?: DraftClaim,
): Promise<void> {
  const stored = await store(uid, deliveries, storedForMs, dependencies, claim);
  if (stored.length === 0) return;
  const accepted = deliveries.slice(0, stored.length);
  // If the connections can't be read the messages are accepted all the same: a replay brings them.
  const recipients = await lookUp(uid, dependencies);
  if (recipients === undefined) {
    for (const { result } of accepted) result.unavailable = true;
    return;
  }
  await deliver(uid, accepted, recipients, dependencies);
  await recordReceipts(uid, accepted, stored, dependencies);
}

/** Returns the messages that are stored, which are the first ones, and refuses the others. */
async function store(
  uid: string,
  deliveries: readonly UidDelivery[],
  storedForMs: number,
  dependencies: DeliveryDependencies,
  claim?: DraftClaim,
): Promise<readonly StoredSeq[]> {
  const drafts = deliveries.map(({ draft }) => draft);
  const { stored, unconfirmed, error } = await dependencies.limitTableRequests(() =>
    storeMessages(uid, drafts, storedForMs, dependencies, claim),
  );
  if (error !== undefined) logError('store-failed', { error: errorName(error), ...hashed(uid) });
  const firstNotStored = stored.length + unconfirmed;
  refuseAll(deliveries.slice(stored.length, firstNotStored), mayBeStored);
  refuseAll(deliveries.slice(firstNotStored), notStored);
  for (const [index, { seq }] of stored.entries()) {
    numberDelivery(deliveries[index], seq, dependencies.traceparent);
  }
  return stored;
}

function numberDelivery(
  delivery: UidDelivery | undefined,
  seq: number,
  traceparent: string | undefined,
): void {
  if (delivery === undefined) throw new Error('No more messages can be stored than there are.');
  const { id, text } = delivery.draft;
  delivery.message = new OutgoingMessage(id, text, true, { seq, traceparent });
  Object.assign(delivery.result, { seq, stored: true });
}

/** Returns `undefined` when the table can't be read. */
async function lookUp(
  uid: string,
  { table, clock, limitTableRequests }: DeliveryDependencies,
): Promise<Connection[] | undefined> {
  try {
    return await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  } catch (error) {
    logError('lookup-failed', { error: errorName(error), ...hashed(uid) });
    return undefined;
  }
}

async function deliver(
  uid: string,
  deliveries: readonly UidDelivery[],
  recipients: readonly Connection[],
  dependencies: DeliveryDependencies,
): Promise<void> {
  await Promise.all(
    recipients.map((connection) => deliverToConnection(uid, connection, deliveries, dependencies)),
  );
}

/**
 * Pushes messages to one connection, one after the other, and counts in each what became of it. One that is gone is
 * forgotten, and returned as such.
 */
export async function deliverToConnection(
  uid: string,
  connection: Pick<Connection, 'connectionId' | 'isFramed' | 'device'>,
  deliveries: readonly Delivery[],
  {
    table,
    connections,
    limitTableRequests,
  }: Pick<DeliveryDependencies, 'table' | 'connections' | 'limitTableRequests'>,
): Promise<'gone' | undefined> {
  const { connectionId, isFramed } = connection;
  for (const { message, selection, result, failedTo } of deliveries) {
    if (!isSelected(connection, selection)) {
      result.excluded = (result.excluded ?? 0) + 1;
      continue;
    }
    const outcome = await postInOrder(message.textsFor(isFramed), connectionId, connections);
    result[outcome]++;
    if (outcome === 'failed') failedTo?.push({ connectionId, isFramed });
    if (outcome !== 'gone') continue;
    // From here on it is no connection of this uid: the results of the messages after this one don't count it.
    await limitTableRequests(() => forgetGoneConnection(table, uid, connectionId));
    return outcome;
  }
  return undefined;
}

/** Notes of each stored message that a connection got it. */
async function recordReceipts(
  uid: string,
  deliveries: readonly UidDelivery[],
  stored: readonly StoredSeq[],
  { messageLog, clock, limitTableRequests }: DeliveryDependencies,
): Promise<void> {
  const received = stored.filter((_, index) => (deliveries[index]?.result.delivered ?? 0) > 0);
  await Promise.all(
    received.map((message) => limitTableRequests(recordDelivered, messageLog, uid, message, clock.now())),
  );
}

function refuseAll(deliveries: readonly UidDelivery[], refusal: Refusal): void {
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
export const mayBeStored = refuse(
  RefusalCode.unconfirmed,
  'whether the message is stored is not known; it was not pushed, but may yet be delivered',
);
