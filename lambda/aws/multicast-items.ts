import type { Counts } from '../broadcast/broadcast-table.ts';
import type { MulticastRepetition } from '../multicast/chunk-task.ts';
import type { Chunk, MulticastMessage, MulticastState, Part } from '../multicast/multicast-table.ts';
import { TableAttribute } from '../names.ts';
import { broadcastExpiry } from './broadcast-items.ts';
import type { Item } from './dynamodb.ts';

/**
 * The items of one multicast, in the table of the stored messages. All have an `expiresAt`:
 *
 * | item     | pk                       | sk                      | attributes |
 * |----------|--------------------------|-------------------------|------------|
 * | message  | `multicast#<id>`         | `message` | text, options (JSON) |
 * | state    | `multicast#<id>`         | `state` | uids, chunkStarts, startedAt, isStored, isSelected |
 * | part     | `multicast#<id>`         | `state#part#<from>`     | end, outcome (JSON), setAside, finishedAt |
 * | repeated | `multicast#<id>`         | `state#repetition#<id>` | change (JSON), setAside |
 * | begun    | `multicast#<id>`         | `begun#<from>`          | |
 * | chunk    | `multicast#<id>#<chunk>` | `chunk` | first, uids (JSON) |
 *
 * Chunks have partitions of their own: together they may be more than one partition takes in a second.
 */
const { partitionKey, sortKey, expiresAt } = TableAttribute;

/** With the parts and the repeated posts, so that one query reads all. */
export const stateSortKey = 'state';
const partPrefix = `${stateSortKey}#part#`;

export function multicastPartition(id: string): string {
  return `multicast#${id}`;
}

function key(id: string, sk: string): Item {
  return { [partitionKey]: multicastPartition(id), [sortKey]: sk };
}

export function messageKey(id: string): Item {
  return key(id, 'message');
}

export function partKey(id: string, from: number): Item {
  return key(id, `${partPrefix}${ordered(from)}`);
}

export function chunkKey(id: string, chunk: number): Item {
  return { [partitionKey]: `${multicastPartition(id)}#${chunk}`, [sortKey]: 'chunk' };
}

/** As a text that is in the order of the numbers. */
function ordered(position: number): string {
  return String(position).padStart(8, '0');
}

export function messageItem(id: string, { text, options }: MulticastMessage, now: number): Item {
  return { ...messageKey(id), text, options: JSON.stringify(options), [expiresAt]: broadcastExpiry(now) };
}

export function chunkItem(id: string, index: number, { first, uids }: Chunk, now: number): Item {
  return { ...chunkKey(id, index), first, uids: JSON.stringify(uids), [expiresAt]: broadcastExpiry(now) };
}

export function stateItem(
  id: string,
  { options }: MulticastMessage,
  chunks: readonly Chunk[],
  startedAt: number,
): Item {
  return {
    ...key(id, stateSortKey),
    uids: chunks.reduce((total, { uids }) => total + uids.length, 0),
    chunkStarts: chunks.map(({ first }) => first),
    startedAt,
    isStored: options.ttlSeconds > 0,
    isSelected: options.selection !== undefined,
    [expiresAt]: broadcastExpiry(startedAt),
  };
}

export function begunItem(id: string, from: number, now: number): Item {
  return { ...key(id, `begun#${ordered(from)}`), [expiresAt]: broadcastExpiry(now) };
}

export function partItem(id: string, { from, end, outcome, setAside, finishedAt }: Part): Item {
  return {
    ...partKey(id, from),
    from,
    end,
    outcome: JSON.stringify(outcome),
    ...(setAside !== undefined && { setAside }),
    finishedAt,
    [expiresAt]: broadcastExpiry(finishedAt),
  };
}

export function messageFrom({ text, options }: Item): MulticastMessage {
  return { text: String(text), options: JSON.parse(String(options)) };
}

export function chunkFrom({ first, uids }: Item): Chunk {
  return { first: Number(first), uids: JSON.parse(String(uids)) };
}

export function partFrom({ from, end, outcome, setAside, finishedAt }: Item): Part {
  return {
    from: Number(from),
    end: Number(end),
    outcome: JSON.parse(String(outcome)),
    ...(setAside !== undefined && { setAside: String(setAside) }),
    finishedAt: Number(finishedAt),
  };
}

export function repetitionKey(id: string, repetition: string): Item {
  return key(id, `${stateSortKey}#repetition#${repetition}`);
}

export function repetitionItem(
  { multicast, repetition }: MulticastRepetition,
  change: Counts,
  setAside: string | undefined,
  now: number,
): Item {
  return {
    ...repetitionKey(multicast, repetition),
    change: JSON.stringify(change),
    ...(setAside !== undefined && { setAside }),
    [expiresAt]: broadcastExpiry(now),
  };
}

/** From the state's item, which is the first one, those of the parts, in their order, and those of repeated posts. */
export function stateFrom([state, ...others]: readonly Item[]): MulticastState | undefined {
  if (state === undefined || state[sortKey] !== stateSortKey) return undefined;
  const isPart = (item: Item) => String(item[sortKey]).startsWith(partPrefix);
  const { uids, chunkStarts, startedAt, isStored, isSelected } = state;
  return {
    uids: Number(uids),
    chunkStarts: Array.isArray(chunkStarts) ? chunkStarts.map(Number) : [],
    startedAt: Number(startedAt),
    isStored: isStored === true,
    isSelected: isSelected === true,
    parts: others.filter(isPart).map(partFrom),
    corrections: others.filter((item) => !isPart(item)).map(({ change }) => JSON.parse(String(change))),
  };
}
