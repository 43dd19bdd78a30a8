import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TableAttribute } from '../names.ts';
import type { Connection, ModeAndTime, Registered, Registration } from '../table/connection-table.ts';

/**
 * The two kinds of items that say who is where, their keys and attributes:
 *
 * | item                | pk                          | sk                          | attributes                           |
 * |---------------------|-----------------------------|-----------------------------|--------------------------------------|
 * | connection of a uid | `uid#<uid>`                 | `connection#<connectionId>` | registeredAt, expiresAt, framed      |
 * | registration        | `connection#<connectionId>` | `registration`              | uid, registeredAt, framed, expiresAt |
 *
 * A registration without a `uid` marks a connection that was closed.
 */
export type Item = Record<string, AttributeValue>;

const { partitionKey, sortKey, expiresAt } = TableAttribute;
const uidPrefix = 'uid#';

/** What the sort keys of the connections of uids begin with, and of no other items. */
const connectionPrefix = 'connection#';

/**
 * Leaves of a scan the connections of uids that are open at `now`, milliseconds since the epoch. TTL deletes late (typically within days),
 * so an expired item may still be there.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
export function onlyOpenConnections(now: number) {
  return {
    FilterExpression: 'begins_with(#sk, :connection) AND #expiresAt > :now',
    ExpressionAttributeNames: { '#sk': sortKey, '#expiresAt': expiresAt },
    ExpressionAttributeValues: { ':connection': { S: connectionPrefix }, ':now': { N: String(now / 1000) } },
  };
}

export function uidPartition(uid: string): AttributeValue {
  return { S: uidPrefix + uid };
}

/** A key after all connections of `uid`: connection ids are ASCII. */
export function keyAfterUid(uid: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: { S: `${connectionPrefix}\uffff` } };
}

export function connectionKey(uid: string, connectionId: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: { S: connectionPrefix + connectionId } };
}

export function registrationKey(connectionId: string): Item {
  return { [partitionKey]: { S: connectionPrefix + connectionId }, [sortKey]: { S: 'registration' } };
}

export function connectionAttributes(connection: Connection) {
  return { ...modeAndTime(connection), expiresAt: { N: String(connection.expiresAt) } };
}

export function modeAndTime({ registeredAt, isFramed }: ModeAndTime) {
  return { registeredAt: { N: String(registeredAt) }, framed: { BOOL: isFramed } };
}

export function connectionFrom(item: Item): Connection {
  return {
    connectionId: textOf(item, sortKey).slice(connectionPrefix.length),
    registeredAt: numberOf(item, 'registeredAt'),
    expiresAt: numberOf(item, expiresAt),
    isFramed: isFramed(item),
  };
}

/** Whose connection an item is. */
export function recipientFrom(item: Item): { uid: string; connectionId: string; isFramed: boolean } {
  return {
    uid: textOf(item, partitionKey).slice(uidPrefix.length),
    connectionId: textOf(item, sortKey).slice(connectionPrefix.length),
    isFramed: isFramed(item),
  };
}

export function registrationItem(connectionId: string, registration: Registration, expiry: number): Item {
  return {
    ...registrationKey(connectionId),
    ...('uid' in registration && registeredAttributes(registration)),
    [expiresAt]: { N: String(expiry) },
  };
}

export function registeredAttributes(registered: Registered) {
  return { ...modeAndTime(registered), uid: { S: registered.uid } };
}

/** Attributes as the values of an expression: `name` is `:name` there. */
export function expressionValues(attributes: Item): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value]));
}

export function registrationFrom(item: Item): Registration {
  if (!('uid' in item)) return { closed: true };
  return {
    uid: textOf(item, 'uid'),
    registeredAt: numberOf(item, 'registeredAt'),
    isFramed: isFramed(item),
  };
}

function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`An item of the connection table has no text "${name}".`);
  return text;
}

function isFramed(item: Item): boolean {
  return item.framed?.BOOL === true;
}

function numberOf(item: Item, name: string): number {
  return Number(item[name]?.N);
}
