import type { Counts } from '../../lambda/broadcast/broadcast-table.ts';
import { type Standing, standingOf } from '../../lambda/broadcast/set-aside.ts';
import type { MulticastRepetition } from '../../lambda/multicast/chunk-task.ts';
import type {
  Chunk,
  MulticastMessage,
  MulticastState,
  MulticastTable,
  Part,
} from '../../lambda/multicast/multicast-table.ts';

type Multicast = Omit<MulticastState, 'parts' | 'corrections'> & {
  message: MulticastMessage;
  chunks: readonly Chunk[];
};

type Correction = { change: Counts; setAside: string | undefined };

/** A table of multicasts in memory: each operation is atomic, as a single-item operation of DynamoDB is. */
export class MemoryMulticastTable implements MulticastTable {
  readonly #multicasts = new Map<string, Multicast>();
  readonly #begun = new Set<string>();
  readonly #parts = new Map<string, Map<number, Part>>();
  readonly #corrections = new Map<string, Map<string, Correction>>();

  async addMulticast(
    id: string,
    message: MulticastMessage,
    chunks: readonly Chunk[],
    startedAt: number,
  ): Promise<void> {
    if (this.#multicasts.has(id)) return;
    this.#multicasts.set(id, {
      message,
      chunks,
      uids: chunks.reduce((total, { uids }) => total + uids.length, 0),
      chunkStarts: chunks.map(({ first }) => first),
      startedAt,
      isStored: message.options.ttlSeconds > 0,
      isSelected: message.options.selection !== undefined,
    });
  }

  async messageOf(id: string): Promise<MulticastMessage | undefined> {
    return this.#multicasts.get(id)?.message;
  }

  async chunkOf(id: string, chunk: number): Promise<Chunk | undefined> {
    return this.#multicasts.get(id)?.chunks[chunk];
  }

  async stateOf(id: string): Promise<MulticastState | undefined> {
    const found = this.#multicasts.get(id);
    if (found === undefined) return undefined;
    const { message: _, chunks: __, ...state } = found;
    const parts = [...(this.#parts.get(id)?.values() ?? [])].sort((a, b) => a.from - b.from);
    const corrections = [...(this.#corrections.get(id)?.values() ?? [])].map(({ change }) => change);
    return { ...state, parts, corrections };
  }

  async beginPart(id: string, from: number): Promise<boolean> {
    const name = `${id} ${from}`;
    if (this.#begun.has(name)) return false;
    this.#begun.add(name);
    return true;
  }

  async partFrom(id: string, from: number): Promise<Part | undefined> {
    return this.#parts.get(id)?.get(from);
  }

  async finishPart(id: string, part: Part): Promise<Part> {
    const parts = this.#parts.get(id) ?? new Map<number, Part>();
    this.#parts.set(id, parts);
    const stands = parts.get(part.from) ?? part;
    parts.set(part.from, stands);
    return stands;
  }

  async standingOf(task: MulticastRepetition): Promise<Standing> {
    const { multicast, repetition, origin } = task;
    const corrections = this.#corrections.get(multicast);
    const parts = this.#parts.get(multicast);
    const found =
      origin && ('from' in origin ? parts?.get(origin.from) : corrections?.get(origin.repetition));
    return standingOf(task, corrections?.has(repetition) === true, found && [found.setAside ?? '']);
  }

  async correctCounts(
    { multicast, repetition }: MulticastRepetition,
    change: Counts,
    _now: number,
    setAside?: string,
  ): Promise<void> {
    const corrections = this.#corrections.get(multicast) ?? new Map<string, Correction>();
    this.#corrections.set(multicast, corrections);
    if (!corrections.has(repetition)) corrections.set(repetition, { change, setAside });
  }
}
