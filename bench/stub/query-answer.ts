import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { connectionAttributes, connectionKey, uidPartition } from '../../lambda/aws/connection-items.ts';
import { connection } from './connection.ts';
import { connectionsOfCrowd } from './crowd.ts';

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
  const found =
    connectionsOfCrowd(uid) ??
    Array.from({ length: Number(uid.replace('of-', '')) }, (_, index) => connection(index));
  const Items = found.map((one) => itemOf(uid, one));
  const answer = JSON.stringify({ Count: found.length, ScannedCount: found.length, Items });
  answers.set(uid, answer);
  return answer;
}

export function connectionItem(uid: string, index: number): Item {
  return itemOf(uid, connection(index));
}

function itemOf(uid: string, one: ReturnType<typeof connection>): Item {
  return marshall({ ...connectionKey(uid, one.connectionId), ...connectionAttributes(one) });
}
