import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { connectionAttributes, connectionKey, uidPartition } from '../../lambda/aws/connection-items.ts';

/** An item as it travels. */
export type Item = Record<string, AttributeValue>;

/** A uid that has so many connections at the stub. */
export function uidWith(connections: number): string {
  return `of-${connections}`;
}

const answers = new Map<string, string>();

/** The answer to a query for the connections of a uid that `uidWith` made; each answer is made once. */
export function queryAnswer(input: { ExpressionAttributeValues: Record<string, { S?: string }> }): string {
  const partition = Object.values(input.ExpressionAttributeValues)
    .map(({ S = '' }) => S)
    .find((text) => text.startsWith(uidPartition('')));
  const uid = partition?.slice(uidPartition('').length) ?? '';
  const known = answers.get(uid);
  if (known) return known;
  const connections = Number(uid.replace('of-', ''));
  const Items = Array.from({ length: connections }, (_, index) => connectionItem(uid, index));
  const answer = JSON.stringify({ Count: connections, ScannedCount: connections, Items });
  answers.set(uid, answer);
  return answer;
}

export function connectionItem(uid: string, index: number): Item {
  const one = connection(index);
  return marshall({ ...connectionKey(uid, one.connectionId), ...connectionAttributes(one) });
}

/** Ids as long as API Gateway's. */
export function connection(index: number) {
  const connectionId = `L0SM9${String(index).padStart(9, '0')}w=`;
  return { connectionId, registeredAt: 1_767_268_800_000, expiresAt: 4_102_444_800, isFramed: true };
}
