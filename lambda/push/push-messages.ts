import { randomUUID } from 'node:crypto';
import type { Message } from '../../protocol/message.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { type Outgoing, outgoing, postInOrder } from '../connection/outgoing.ts';
import { errorName, logError } from '../log.ts';
import type { Receivable } from '../messages/message-log.ts';
import type { Draft, StoreOutcome } from '../messages/store-messages.ts';
import type { Connection } from '../table/connection-table.ts';

/** What pushing needs of the world. How many lookups and posts run at the same time is the world's business. */
export type PushPorts = {
  /** The open connections of a uid; throws when the table can't be read. */
  connectionsOf(uid: string): Promise<Connection[]>;
  /** Posts to one connection, with whatever retries there are. */
  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  /** Called for each connection that turned out to be gone; does not throw. */
  forget(uid: string, connectionId: string): Promise<void>;
  /** Only where messages are to be kept. */
  keep?: KeepPorts;
};

export type KeepPorts = {
  /** Stores messages of one uid, in order. Does not throw. */
  store(uid: string, drafts: readonly Draft[]): Promise<StoreOutcome>;
  /** Called for each stored message that a connection got; does not throw. */
  noteDelivered(uid: string, message: Receivable): Promise<void>;
};

/** A message on its way, with the result that is counted up as its posts end. */
type Delivery = { draft: Draft; message: Outgoing; result: PushResult; refusal?: Refusal };

/**
 * Brings each message to every connection of its uid. The results are in the order of the messages. Messages of one uid reach each
 * of its connections in their order: the uid is looked up once, and a connection gets its messages one after the other. Different
 * uids and different connections don't wait for each other. `newId` gives the id that a message is told with.
 */
export async function pushMessages(
  messages: readonly Message[],
  ports: PushPorts,
  newId: () => string = randomUUID,
): Promise<LineResult[]> {
  const deliveries: Delivery[] = messages.map(({ uid, text }) => {
    const draft = { id: newId(), text };
    const message = outgoing(draft.id, text, true);
    return { draft, message, result: { uid, delivered: 0, gone: 0, failed: 0 } };
  });
  await Promise.all(
    Array.from(byUid(deliveries), ([uid, ofUid]) =>
      ports.keep ? storeAndDeliver(uid, ofUid, ports, ports.keep) : lookUpAndDeliver(uid, ofUid, ports),
    ),
  );
  return deliveries.map(({ result, refusal }) => refusal ?? result);
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

async function lookUpAndDeliver(uid: string, deliveries: Delivery[], ports: PushPorts): Promise<void> {
  const connections = await lookUp(uid, ports);
  if (connections) return deliverToAll(uid, connections, deliveries, ports);
  refuseAll(deliveries, notLookedUp);
}

/**
 * The messages are in the log before the connections are looked up, and a connection is in the table before its client's log is read:
 *
 *     push                              register (or replay)
 *     put message, raise counter        put row
 *     look connections up               read counter and log
 *
 * Whichever of the two begins its second line last finds the other's first: the lookup finds the row, or the log has the message, or
 * both. Then the client gets it twice, with one number.
 */
async function storeAndDeliver(
  uid: string,
  deliveries: Delivery[],
  ports: PushPorts,
  { store, noteDelivered }: KeepPorts,
): Promise<void> {
  const drafts = deliveries.map(({ draft }) => draft);
  const { stored, unconfirmed, error } = await store(uid, drafts);
  if (error !== undefined) logError('store-failed', { error: errorName(error) });
  const firstNotStored = stored.length + unconfirmed;
  refuseAll(deliveries.slice(stored.length, firstNotStored), mayBeStored);
  refuseAll(deliveries.slice(firstNotStored), notStored);

  const kept = deliveries.slice(0, stored.length);
  for (const [index, { seq }] of stored.entries()) numberDelivery(kept[index], seq);
  // Without connections to post to they are kept all the same, for those who ask.
  const connections = kept.length > 0 ? await lookUp(uid, ports) : undefined;
  await deliverToAll(uid, connections ?? [], kept, ports);
  await Promise.all(
    stored
      .filter((_, index) => (kept[index]?.result.delivered ?? 0) > 0)
      .map((message) => noteDelivered(uid, message)),
  );
}

function numberDelivery(delivery: Delivery | undefined, seq: number): void {
  if (delivery === undefined) throw new Error('No more messages can be stored than there are.');
  const { id, text } = delivery.draft;
  delivery.message = outgoing(id, text, true, seq);
  Object.assign(delivery.result, { seq, stored: true });
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

async function lookUp(uid: string, ports: PushPorts): Promise<Connection[] | undefined> {
  try {
    return await ports.connectionsOf(uid);
  } catch (error) {
    logError('lookup-failed', { error: errorName(error) });
    return undefined;
  }
}

async function deliverToAll(
  uid: string,
  connections: readonly Connection[],
  deliveries: readonly Delivery[],
  ports: PushPorts,
): Promise<void> {
  await Promise.all(connections.map((connection) => deliverToConnection(uid, connection, deliveries, ports)));
}

async function deliverToConnection(
  uid: string,
  { connectionId, isFramed }: Connection,
  deliveries: readonly Delivery[],
  ports: PushPorts,
): Promise<void> {
  for (const { message, result } of deliveries) {
    const outcome = await postInOrder(message(isFramed), (text) => ports.post(connectionId, text));
    result[outcome]++;
    // Once gone it is no connection of this uid any more: the messages after this one don't mention it.
    if (outcome === 'gone') return ports.forget(uid, connectionId);
  }
}
