import type { Connection, ConnectionTable } from '../../lambda/table/connection-table.ts';
import type { StoredWatchList, Watcher, WatchStanding, WatchTable } from '../../lambda/watch/watch-table.ts';

type Row = Watcher & { expiresAt: number };

/** Who watches whom, in memory: each operation is atomic. */
export class MemoryWatchTable implements WatchTable {
  readonly #connections: Pick<ConnectionTable, 'connectionOf'>;
  readonly #lists = new Map<string, StoredWatchList>();
  readonly #rows = new Map<string, Map<string, Row>>();
  readonly #begun = new Map<string, number>();
  readonly #largestPage: number;
  #versions = 0;

  constructor(connections: Pick<ConnectionTable, 'connectionOf'>, { largestPage = 1_000 } = {}) {
    this.#connections = connections;
    this.#largestPage = largestPage;
  }

  async standing(watcher: Watcher): Promise<WatchStanding> {
    const connection = await this.#connections.connectionOf(watcher.uid, watcher.connectionId);
    const list = this.#lists.get(keyOf(watcher));
    return { ...(connection && { connection }), ...(list && { list }) };
  }

  async listOf(watcher: Watcher): Promise<StoredWatchList | undefined> {
    return this.#lists.get(keyOf(watcher));
  }

  async replaceList(
    watcher: Watcher,
    version: string | undefined,
    list: Omit<StoredWatchList, 'version'>,
  ): Promise<boolean> {
    if (this.#lists.get(keyOf(watcher))?.version !== version) return false;
    this.#lists.set(keyOf(watcher), { ...list, version: String(this.#versions++) });
    return true;
  }

  async countBegun(uid: string, minute: number, count: number, most: number): Promise<boolean> {
    const begun = (this.#begun.get(`${minute} ${uid}`) ?? 0) + count;
    if (begun <= most) this.#begun.set(`${minute} ${uid}`, begun);
    return begun <= most;
  }

  async noteSettled(watcher: Watcher, version: string): Promise<boolean> {
    const list = this.#lists.get(keyOf(watcher));
    if (list?.version !== version) return false;
    this.#lists.set(keyOf(watcher), { ...list, unsettled: [] });
    return true;
  }

  async removeList(watcher: Watcher, version: string): Promise<boolean> {
    return this.#lists.get(keyOf(watcher))?.version === version && this.#lists.delete(keyOf(watcher));
  }

  async writeRows(
    watcher: Watcher,
    { put, removed }: { put: readonly string[]; removed: readonly string[] },
    expiresAt: number,
  ): Promise<void> {
    const { uid, connectionId } = watcher;
    for (const watched of put) {
      const rows = this.#rows.get(watched) ?? new Map<string, Row>();
      this.#rows.set(watched, rows.set(connectionId, { uid, connectionId, expiresAt }));
    }
    for (const watched of removed) this.#rows.get(watched)?.delete(connectionId);
  }

  async watchersOf(uid: string, limit: number, after: string | undefined, now: number) {
    const all = [...(this.#rows.get(uid)?.values() ?? [])]
      .filter(({ connectionId }) => after === undefined || connectionId > after)
      .sort((one, other) => (one.connectionId < other.connectionId ? -1 : 1));
    const page = all.slice(0, Math.min(limit, this.#largestPage));
    const last = page.at(-1);
    return {
      watchers: page
        .filter(({ expiresAt }) => expiresAt > now / 1_000)
        .map(({ uid: of, connectionId }) => ({ uid: of, connectionId })),
      ...(last && all.length > page.length && { next: last.connectionId }),
    };
  }

  async connectionsOf(watchers: readonly Watcher[]): Promise<(Connection | undefined)[]> {
    return Promise.all(
      watchers.map(({ uid, connectionId }) => this.#connections.connectionOf(uid, connectionId)),
    );
  }
}

function keyOf({ uid, connectionId }: Watcher): string {
  return `${connectionId} ${uid}`;
}
