import type {
  BroadcastMessage,
  BroadcastState,
  Counts,
  Cursor,
  SegmentProgress,
} from '../broadcast/broadcast-table.ts';
import type { RepetitionTask } from '../broadcast/broadcast-task.ts';
import { TableAttribute } from '../names.ts';
import type { Item } from './dynamodb.ts';

/**
 * The items of one broadcast, or of a push to a group that is done as one, in the table of the stored messages: each
 * broadcast reads all of the table of connections. All have the pk `broadcast#<id>`, which no query for a uid finds,
 * and an `expiresAt`:
 *
 * | item                | sk                      | attributes |
 * |---------------------|-------------------------|------------|
 * | text                | `text`                  | text, until it is stopped; to (JSON) |
 * | broadcast           | `state`                 | startedAt, stoppedAt, group |
 * | progress of segment | `state#segment#<n>`     | pagesDone, the counts, cursorPk, cursorSk or finishedAt, setAside |
 * | repeated posts      | `state#repetition#<id>` | the counts: what they changed, setAside |
 *
 * The counts are delivered, gone, failed, and excluded. `setAside`: the names under which posts that failed were set
 * aside; of a segment a set, to which each page with such posts adds one.
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

export function textItem(id: string, { text, to }: BroadcastMessage, startedAt: number): Item {
  return {
    ...broadcastKey(id, textSortKey),
    text,
    ...(to && { to: JSON.stringify(to) }),
    [expiresAt]: broadcastExpiry(startedAt),
  };
}

/** Returns `undefined` where the text was deleted. */
export function messageFrom({ text, to }: Item): BroadcastMessage | undefined {
  if (typeof text !== 'string') return undefined;
  return { text, ...(to !== undefined && { to: JSON.parse(String(to)) }) };
}

export function stateItem(id: string, { to }: BroadcastMessage, startedAt: number): Item {
  return {
    ...broadcastKey(id, stateSortKey),
    startedAt,
    ...(to && { group: to.group }),
    [expiresAt]: broadcastExpiry(startedAt),
  };
}

export function repetitionKey(id: string, repetition: string): Item {
  return broadcastKey(id, `${stateSortKey}#repetition#${repetition}`);
}

export function repetitionItem(
  { broadcast, repetition }: RepetitionTask,
  change: Counts,
  setAside: string | undefined,
  now: number,
): Item {
  return {
    ...repetitionKey(broadcast, repetition),
    ...change,
    ...(setAside !== undefined && { setAside }),
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

/** Returns the names under which posts were set aside, that an item of a segment or a repetition has. */
export function setAsideFrom({ setAside }: Item): string[] {
  if (setAside instanceof Set) return [...setAside].map(String);
  return setAside === undefined ? [] : [String(setAside)];
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
    ...(head.group !== undefined && { group: String(head.group) }),
    finishedAt: items.flatMap((item) => numberOf(item, 'finishedAt') ?? []),
    delivered: sum('delivered'),
    gone: sum('gone'),
    failed: sum('failed'),
    excluded: sum('excluded'),
  };
}

function numberOf(item: Item | undefined, name: string): number | undefined {
  const value = item?.[name];
  return value === undefined ? undefined : Number(value);
}
