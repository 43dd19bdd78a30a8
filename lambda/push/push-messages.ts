import { randomUUID } from 'node:crypto';
import type { LineResult, PushResult } from '../../protocol/answers/push.ts';
import type { Message } from '../../protocol/message.ts';
import type { Selection } from '../../protocol/selection.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  type KeyProblem,
  pushRequestName,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import type { DraftClaim } from '../messages/store-messages.ts';
import { pushMetrics } from '../metrics/metrics.ts';
import { type DeliveryDependencies, deliverToUid, newDelivery, type UidDelivery } from './deliver.ts';

export type PushDependencies = DeliveryDependencies & {
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
  return claim.endWith(pushSingle(message, ttlSeconds, dependencies, claim));
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
  const { clock, recordMetrics, traceparent } = dependencies;
  const startedAt = clock.now();
  const deliveries = messages.map(({ uid, text, selection }) => {
    const draft = { id: claim?.id ?? randomUUID(), text, ...(selection && { selection }) };
    return newDelivery(uid, draft, new OutgoingMessage(draft.id, text, true, { traceparent }));
  });
  await Promise.all(
    Array.from(byUid(deliveries), ([uid, ofUid]) =>
      deliverToUid(uid, ofUid, ttlSeconds, dependencies, claim),
    ),
  );
  const results = deliveries.map(({ result, refusal }) => refusal ?? result);
  recordMetrics(pushMetrics(results, clock.now() - startedAt));
  return results;
}

function byUid(deliveries: readonly UidDelivery[]): Map<string, UidDelivery[]> {
  const groups = new Map<string, UidDelivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.result.uid);
    if (group) group.push(delivery);
    else groups.set(delivery.result.uid, [delivery]);
  }
  return groups;
}
