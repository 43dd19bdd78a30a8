import { TableAttribute } from '../names.ts';
import type { Connection, ModeAndTime, Registered, Registration } from '../table/connection-table.ts';
import type { Item } from './dynamodb.ts';

/**
 * The two kinds of items that say who is where, their keys and attributes:
 *
 * | item                | pk                          | sk                          | attributes      |
 * |---------------------|-----------------------------|-----------------------------|-----------------|
 * | connection of a uid | `uid#<uid>`                 | `connection#<connectionId>` | as `Connection` |
 * | registration        | `connection#<connectionId>` | `registration`              | as `Registered` |
 *
 * Mode is `framed`. Both have `expiresAt`. A registration without a `uid` marks a connection that was closed.
 */
const { partitionKey, sortKey, expiresAt } = TableAttribute;
const uidPrefix = 'uid#';

/** Prefix of the sort keys of uids' connections, and of no other items. */
const connectionPrefix = 'connection#';

/**
 * Filter of a scan that keeps the connections of uids that are open at `now`, milliseconds since the epoch. TTL deletes
 * late (typically within days), so an expired item may still be there.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
export function onlyOpenConnections(now: number) {
  return {
    FilterExpression: 'begins_with(#sk, :connection) AND #expiresAt > :now',
    ExpressionAttributeNames: { '#sk': sortKey, '#expiresAt': expiresAt },
    ExpressionAttributeValues: { ':connection': connectionPrefix, ':now': now / 1000 },
  };
}

export function uidPartition(uid: string): string {
  return uidPrefix + uid;
}

/** A key after all connections of `uid`: connection ids are ASCII. */
export function keyAfterUid(uid: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: `${connectionPrefix}\uffff` };
}

export function connectionKey(uid: string, connectionId: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: connectionPrefix + connectionId };
}

export function registrationKey(connectionId: string): Item {
  return { [partitionKey]: connectionPrefix + connectionId, [sortKey]: 'registration' };
}

export function connectionAttributes(connection: Connection) {
  const { expiresAt, device, meta } = connection;
  return {
    ...modeAndTime(connection),
    expiresAt,
    ...(device !== undefined && { device }),
    ...(meta !== undefined && { meta }),
  };
}

export function modeAndTime({ registeredAt, isFramed }: ModeAndTime) {
  return { registeredAt, framed: isFramed };
}

export function connectionFrom(item: Item): Connection {
  return {
    connectionId: textOf(item, sortKey).slice(connectionPrefix.length),
    registeredAt: numberOf(item, 'registeredAt'),
    expiresAt: numberOf(item, expiresAt),
    isFramed: isFramed(item),
    ...(item.device !== undefined && { device: textOf(item, 'device') }),
    ...(item.meta !== undefined && { meta: textOf(item, 'meta') }),
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
    [expiresAt]: expiry,
  };
}

export function registeredAttributes(registered: Registered) {
  return { ...modeAndTime(registered), uid: registered.uid };
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
  const text = item[name];
  if (typeof text !== 'string') throw new Error(`An item of the connection table has no text "${name}".`);
  return text;
}

function isFramed(item: Item): boolean {
  return item.framed === true;
}

function numberOf(item: Item, name: string): number {
  return Number(item[name]);
}
