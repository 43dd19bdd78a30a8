import type {
  BroadcastMessage,
  BroadcastState,
  BroadcastTable,
  Counts,
  Cursor,
  Page,
  SegmentProgress,
} from '../../lambda/broadcast/broadcast-table.ts';
import {
  BROADCAST_SEGMENTS,
  type PageTask,
  type RepetitionTask,
} from '../../lambda/broadcast/broadcast-task.ts';
import { type Standing, standingOf } from '../../lambda/broadcast/set-aside.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';

type Broadcast = {
  message: BroadcastMessage | undefined;
  startedAt: number;
  stoppedAt?: number;
  group?: string;
  segments: Map<number, SegmentProgress & { finishedAt?: number }>;
  /** By page, and by repetition. */
  counts: Map<string, Counts & { setAside?: string | undefined }>;
};

/** A table of broadcasts in memory: each operation is atomic, as a single-item operation of DynamoDB is. */
export class MemoryBroadcastTable implements BroadcastTable {
  readonly #connections: Pick<ConnectionTable, 'onlineUids' | 'connectionsOf'>;
  readonly #broadcasts = new Map<string, Broadcast>();

  constructor(connections: Pick<ConnectionTable, 'onlineUids' | 'connectionsOf'>) {
    this.#connections = connections;
  }

  async addBroadcast(id: string, message: BroadcastMessage, startedAt: number): Promise<void> {
    if (this.#broadcasts.has(id)) return;
    const group = message.to && { group: message.to.group };
    this.#broadcasts.set(id, { message, startedAt, ...group, segments: new Map(), counts: new Map() });
  }

  async messageOf(id: string): Promise<BroadcastMessage | undefined> {
    return this.#broadcasts.get(id)?.message;
  }

  async stop(id: string, now: number): Promise<void> {
    const found = this.#broadcasts.get(id);
    if (found === undefined) return;
    found.stoppedAt ??= now;
    found.message = undefined;
  }

  async stateOf(id: string): Promise<BroadcastState | undefined> {
    const found = this.#broadcasts.get(id);
    if (found === undefined) return undefined;
    const { startedAt, stoppedAt, group, segments, counts } = found;
    const sum = (name: keyof Counts) => [...counts.values()].reduce((total, one) => total + one[name], 0);
    return {
      startedAt,
      ...(stoppedAt !== undefined && { stoppedAt }),
      ...(group !== undefined && { group }),
      finishedAt: [...segments.values()].flatMap(({ finishedAt }) => finishedAt ?? []),
      delivered: sum('delivered'),
      gone: sum('gone'),
      failed: sum('failed'),
      excluded: sum('excluded'),
    };
  }

  async page(segment: number, start: Cursor | undefined, size: number, now: number): Promise<Page> {
    const online = await this.#connections.onlineUids(Number.POSITIVE_INFINITY, undefined, now);
    const ofUids = online.map(async ({ uid }) =>
      (await this.#connections.connectionsOf(uid, now)).map(({ connectionId, isFramed }) => ({
        uid,
        connectionId,
        isFramed,
      })),
    );
    const all = (await Promise.all(ofUids))
      .flat()
      .filter((_, index) => index % BROADCAST_SEGMENTS === segment);
    const from = Number(start?.sk ?? 0);
    const recipients = all.slice(from, from + size);
    return { recipients, ...(from + size < all.length && { next: { pk: '', sk: String(from + size) } }) };
  }

  async progressOf(id: string, segment: number): Promise<SegmentProgress> {
    const { finishedAt: _, ...progress } = this.#broadcasts.get(id)?.segments.get(segment) ?? notBegun;
    return progress;
  }

  async finishPage(
    { broadcast, segment, page }: PageTask,
    counts: Counts,
    next: Cursor | undefined,
    now: number,
    setAside?: string,
  ): Promise<void> {
    const found = this.#broadcasts.get(broadcast);
    if (found === undefined || (found.segments.get(segment) ?? notBegun).pagesDone !== page) return;
    found.counts.set(`${segment} ${page}`, { ...counts, setAside });
    const progress = next ? { cursor: next, isFinished: false } : { isFinished: true, finishedAt: now };
    found.segments.set(segment, { pagesDone: page + 1, ...progress });
  }

  async standingOf(task: RepetitionTask): Promise<Standing> {
    const { broadcast, repetition, origin } = task;
    const counts = this.#broadcasts.get(broadcast)?.counts;
    const found =
      origin && counts?.get('page' in origin ? `${origin.segment} ${origin.page}` : origin.repetition);
    return standingOf(task, counts?.has(repetition) === true, found && [found.setAside ?? '']);
  }

  async correctCounts(
    { broadcast, repetition }: RepetitionTask,
    change: Counts,
    _now: number,
    setAside?: string,
  ): Promise<void> {
    const counts = this.#broadcasts.get(broadcast)?.counts;
    if (!counts?.has(repetition)) counts?.set(repetition, { ...change, setAside });
  }
}

const notBegun: SegmentProgress & { finishedAt?: number } = { pagesDone: 0, isFinished: false };
