import { randomUUID } from 'node:crypto';
import type { Message } from '../../protocol/message.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { type Outgoing, outgoing, postInOrder } from '../connection/outgoing.ts';
import { errorName, logError } from '../log.ts';
import type { Connection } from '../table/connection-table.ts';

/** What pushing needs of the world. How many lookups and posts run at the same time is the world's business. */
export type PushPorts = {
  /** The open connections of a uid; throws when the table can't be read. */
  connectionsOf(uid: string): Promise<Connection[]>;
  /** Posts to one connection, with whatever retries there are. */
  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  /** Called for each connection that turned out to be gone; does not throw. */
  forget(uid: string, connectionId: string): Promise<void>;
};

/** A message on its way, with the result that is counted up as its posts end. */
type Delivery = { message: Outgoing; result: PushResult };

/**
 * Brings each message to every connection of its uid. The results are in the order of the messages. Messages of one uid reach each
 * of its connections in their order: the uid is looked up once, and a connection gets its messages one after the other. Different
 * uids and different connections don't wait for each other.
 */
export async function pushMessages(messages: readonly Message[], ports: PushPorts): Promise<LineResult[]> {
  const deliveries: Delivery[] = messages.map(({ uid, text }) => ({
    message: outgoing(randomUUID(), text, true),
    result: { uid, delivered: 0, gone: 0, failed: 0 },
  }));
  const refusals = new Map<string, Refusal>();
  await Promise.all(
    Array.from(byUid(deliveries), async ([uid, deliveriesOfUid]) => {
      const refusal = await deliverToUid(uid, deliveriesOfUid, ports);
      if (refusal) refusals.set(uid, refusal);
    }),
  );
  return deliveries.map(({ result }) => refusals.get(result.uid) ?? result);
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

async function deliverToUid(
  uid: string,
  deliveries: Delivery[],
  ports: PushPorts,
): Promise<Refusal | undefined> {
  let connections: Connection[];
  try {
    connections = await ports.connectionsOf(uid);
  } catch (error) {
    logError('lookup-failed', { error: errorName(error) });
    return refuse(
      RefusalCode.unavailable,
      'the connections of this uid could not be read; nothing was pushed',
    );
  }
  await Promise.all(connections.map((connection) => deliverToConnection(uid, connection, deliveries, ports)));
  return undefined;
}

async function deliverToConnection(
  uid: string,
  { connectionId, isFramed }: Connection,
  deliveries: Delivery[],
  ports: PushPorts,
): Promise<void> {
  for (const { message, result } of deliveries) {
    const outcome = await postInOrder(message(isFramed), (text) => ports.post(connectionId, text));
    result[outcome]++;
    // Once gone it is no connection of this uid any more: the messages after this one don't mention it.
    if (outcome === 'gone') return ports.forget(uid, connectionId);
  }
}
