import { dueSpanOf } from '../../lambda/presence/due.ts';
import type { DueTable, Presence, PresenceTable } from '../../lambda/presence/presence-table.ts';

/** Who is online, in memory: each operation is atomic. */
export class MemoryPresenceTable implements PresenceTable, DueTable {
  readonly #presences = new Map<string, Presence>();
  readonly #due = new Map<number, Set<string>>();
  #swept: number | undefined;

  async presenceOf(uid: string): Promise<Presence | undefined> {
    return this.#presences.get(uid);
  }

  async presencesOf(uids: readonly string[]): Promise<(Presence | undefined)[]> {
    return uids.map((uid) => this.#presences.get(uid));
  }

  async change(uid: string, before: Presence | undefined, after: Presence): Promise<boolean> {
    const found = this.#presences.get(uid);
    if (found?.epoch !== before?.epoch || found?.leftAt !== before?.leftAt) return false;
    this.#presences.set(uid, after);
    return true;
  }

  async noteLeft(uid: string, now: number): Promise<boolean> {
    const found = this.#presences.get(uid);
    if (!found?.isOnline) return false;
    this.#presences.set(uid, { ...found, leftAt: now });
    return true;
  }

  async noteTold(uid: string, epoch: number): Promise<void> {
    const found = this.#presences.get(uid);
    if (found?.epoch === epoch) this.#presences.set(uid, { ...found, told: epoch });
  }

  async addDue(uid: string, dueAt: number): Promise<void> {
    const span = dueSpanOf(dueAt);
    this.#due.set(span, (this.#due.get(span) ?? new Set()).add(uid));
  }

  async *dueIn(span: number): AsyncIterable<readonly string[]> {
    yield [...(this.#due.get(span) ?? [])];
  }

  async removeDue(uid: string, span: number): Promise<void> {
    this.#due.get(span)?.delete(uid);
  }

  async sweptThrough(): Promise<number | undefined> {
    return this.#swept;
  }

  async noteSwept(span: number): Promise<void> {
    this.#swept = span;
  }
}
