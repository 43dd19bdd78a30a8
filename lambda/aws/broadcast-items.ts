import type { BroadcastState, Counts, Cursor, SegmentProgress } from '../broadcast/broadcast-table.ts';
import type { RepetitionTask } from '../broadcast/broadcast-task.ts';
import { TableAttribute } from '../names.ts';
import type { Item } from './dynamodb.ts';

/**
 * The items of one broadcast, in the table of the stored messages: each broadcast reads all of the table of
 * connections. All have the pk `broadcast#<id>`, which no query for a uid finds, and an `expiresAt`:
 *
 * | item                | sk                      | attributes |
 * |---------------------|-------------------------|------------|
 * | text                | `text`                  | text, until it is stopped |
 * | broadcast           | `state`                 | startedAt, stoppedAt |
 * | progress of segment | `state#segment#<n>` | pagesDone, delivered, gone, failed, cursorPk, cursorSk or finishedAt |
 * | repeated posts      | `state#repetition#<id>` | delivered, gone, failed: what they changed |
 */
const { partitionKey, sortKey, expiresAt } = TableAttribute;

/** The text is apart from what is read again and again while somebody watches. */
export const textSortKey = 'text';
export const stateSortKey = 'state';

/** How long a broadcast can be asked about. */
const storedForSeconds = 7 * 24 * 60 * 60;

export function broadcastExpiry(startedAt: number): number {
  return Math.ceil(startedAt / 1000) + storedForSeconds;
}

export function broadcastPartition(id: string): string {
  return `broadcast#${id}`;
}

export function broadcastKey(id: string, sk: string): Item {
  return { [partitionKey]: broadcastPartition(id), [sortKey]: sk };
}

export function segmentKey(id: string, segment: number): Item {
  return broadcastKey(id, `${stateSortKey}#segment#${segment}`);
}

export function textItem(id: string, text: string, startedAt: number): Item {
  return { ...broadcastKey(id, textSortKey), text, [expiresAt]: broadcastExpiry(startedAt) };
}

export function stateItem(id: string, startedAt: number): Item {
  return {
    ...broadcastKey(id, stateSortKey),
    startedAt,
    [expiresAt]: broadcastExpiry(startedAt),
  };
}

export function repetitionItem(task: RepetitionTask, change: Counts, now: number): Item {
  return {
    ...broadcastKey(task.broadcast, `${stateSortKey}#repetition#${task.repetition}`),
    delivered: change.delivered,
    gone: change.gone,
    failed: change.failed,
    [expiresAt]: broadcastExpiry(now),
  };
}

export function progressFrom(item: Item | undefined): SegmentProgress {
  const cursor = item && cursorFrom(item);
  return {
    pagesDone: numberOf(item, 'pagesDone') ?? 0,
    ...(cursor ? { cursor } : {}),
    isFinished: item?.finishedAt !== undefined,
  };
}

function cursorFrom(item: Item): Cursor | undefined {
  const { cursorPk, cursorSk } = item;
  return typeof cursorPk === 'string' && typeof cursorSk === 'string'
    ? { pk: cursorPk, sk: cursorSk }
    : undefined;
}

/** Adds up the items of a broadcast; `undefined` when there is no such broadcast. */
export function stateFrom(items: readonly Item[]): BroadcastState | undefined {
  const head = items.find((item) => item[sortKey] === stateSortKey);
  if (!head) return undefined;
  const sum = (name: string) => items.reduce((total, item) => total + (numberOf(item, name) ?? 0), 0);
  return {
    startedAt: numberOf(head, 'startedAt') ?? 0,
    ...(head.stoppedAt !== undefined && { stoppedAt: Number(head.stoppedAt) }),
    finishedAt: items.flatMap((item) => numberOf(item, 'finishedAt') ?? []),
    delivered: sum('delivered'),
    gone: sum('gone'),
    failed: sum('failed'),
  };
}

function numberOf(item: Item | undefined, name: string): number | undefined {
  const value = item?.[name];
  return value === undefined ? undefined : Number(value);
}
