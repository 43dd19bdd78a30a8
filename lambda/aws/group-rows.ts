import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import type { GroupRow } from '../groups/group-table.ts';
import {
  type Layout,
  livingDigits,
  memberHash,
  orderOf,
  partitionsOf,
  type RowRange,
} from '../groups/layout.ts';
import { TableAttribute } from '../names.ts';
import type { Item } from './dynamodb.ts';
import * as items from './group-items.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/** Reads all pages of a query of the table of groups, strongly consistent. */
export type Query = (input: Omit<QueryCommandInput, 'TableName'>) => AsyncGenerator<Item>;

/** Partitions of one group that are read at the same time. Of a group with more, few tell that it is too large. */
const maxConcurrentPartitions = 16;

/** The filter of a query that keeps what has not ended: DynamoDB deletes late. */
export const isOpen = {
  FilterExpression: '#expiresAt > :now',
  ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey, '#expiresAt': expiresAt },
};

/**
 * Returns the rows of a group, each connection once, and its layout. The layout comes with the first page of the rows:
 * to read a small group costs no read more.
 */
export async function rowsOf(
  query: Query,
  group: string,
  now: number,
  max: number,
): Promise<{ rows: GroupRow[]; layout: Layout }> {
  const found = new Map<string, GroupRow>();
  const take = (item: Item) => {
    const row = items.rowFrom(item);
    found.set(row.connectionId, row);
    return found.size <= max;
  };
  let layout = items.layoutFrom(undefined);
  for await (const item of query(partition(group, ''))) {
    if (item[sortKey] === items.layoutSortKey) {
      layout = items.layoutFrom(item);
      if (!livingDigits(layout, now).includes(0)) break;
    } else if (Number(item[expiresAt]) > now / 1_000 && !take(item)) break;
  }
  // Coarser places first: of two rows of a connection, that in the finer place is newer.
  for (const digits of livingDigits(layout, now)) {
    if (digits === 0) continue;
    const limit = pLimit(maxConcurrentPartitions);
    await Promise.all(
      partitionsOf(digits).map((prefix) =>
        limit(async () => {
          if (found.size > max) return;
          for await (const item of query(rowsIn(group, prefix, {}, now))) if (!take(item)) return;
        }),
      ),
    );
  }
  return { rows: [...found.values()], layout };
}

/** Returns the rows of a uid in a group, each connection once. */
export async function rowsOfUid(
  query: Query,
  group: string,
  layout: Layout,
  uid: string,
  now: number,
): Promise<GroupRow[]> {
  const found = new Map<string, GroupRow>();
  const hash = memberHash(uid);
  for (const digits of livingDigits(layout, now)) {
    const ofUid = {
      ...isOpen,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :hash)',
      ExpressionAttributeValues: {
        ':pk': items.rowsPartition(group, hash.slice(0, digits)),
        ':hash': `${hash}#`,
        ':now': now / 1_000,
      },
    };
    for await (const item of query(ofUid)) {
      const row = items.rowFrom(item);
      found.set(row.connectionId, row);
    }
  }
  return [...found.values()];
}

/**
 * Returns rows in the order of `orderOf`. As long as a group grows its rows are in two places, whose orders are merged;
 * a connection may be in both, and the newer row comes second.
 */
export async function* rowsInOrder(
  query: Query,
  group: string,
  layout: Layout,
  range: RowRange,
  now: number,
): AsyncGenerator<GroupRow> {
  const places = livingDigits(layout, now).map((digits) => inOnePlace(query, group, digits, range, now));
  const heads = await Promise.all(places.map(async (place) => ({ place, next: await place.next() })));
  try {
    for (;;) {
      const open = heads.flatMap((head) => (head.next.done ? [] : { head, row: head.next.value }));
      const [first, ...others] = open;
      if (first === undefined) return;
      const least = others.reduce(
        (one, other) => (orderOf(other.row) < orderOf(one.row) ? other : one),
        first,
      );
      yield least.row;
      least.head.next = await least.head.place.next();
    }
  } finally {
    await Promise.all(places.map((place) => place.return(undefined)));
  }
}

async function* inOnePlace(
  query: Query,
  group: string,
  digits: number,
  range: RowRange,
  now: number,
): AsyncGenerator<GroupRow> {
  const { after = firstOrder, before = lastOrder } = range;
  for (const prefix of partitionsOf(digits)) {
    if (prefix < after.slice(0, digits) || prefix > before.slice(0, digits)) continue;
    for await (const item of query(rowsIn(group, prefix, range, now))) yield items.rowFrom(item);
  }
}

/** What comes before all rows, and after the layout; and what comes after all rows: they begin with a hash. */
const firstOrder = '$';
const lastOrder = 'g';

/** All items of a partition of rows, with the layout and with what has ended. */
function partition(group: string, prefix: string) {
  return {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': partitionKey },
    ExpressionAttributeValues: { ':pk': items.rowsPartition(group, prefix) },
  };
}

/** The rows of a partition that are in a range. */
function rowsIn(
  group: string,
  prefix: string,
  { after = firstOrder, before = lastOrder, atOnce }: RowRange,
  now: number,
) {
  return {
    ...isOpen,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': items.rowsPartition(group, prefix),
      // BETWEEN includes both ends: no text is between one and that one with a zero after it. No row is at the other
      // end, which is the beginning of a hash.
      ':from': `${after}\0`,
      ':to': before,
      ':now': now / 1_000,
    },
    ...(atOnce !== undefined && { Limit: atOnce }),
  };
}
