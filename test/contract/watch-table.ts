import { beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';
import type { WatchTable } from '../../lambda/watch/watch-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const expiresAt = now / 1_000 + 600;
const watcher = { uid: 'w', connectionId: 'c1' };
const list = { uids: ['a', 'b'], receivedAt: now, unsettled: ['a', 'b'], expiresAt };
const connection = { connectionId: 'c1', registeredAt: now, isFramed: true, expiresAt };

/** What every table of watchers does. `open` returns empty ones. */
export function describeWatchTable(
  name: string,
  open: () => Promise<{ connections: ConnectionTable; watches: WatchTable }>,
): void {
  describe(`${name} as a table of watchers`, () => {
    let connections: ConnectionTable;
    let watches: WatchTable;
    beforeEach(async () => {
      ({ connections, watches } = await open());
    });

    const put = (uids: readonly string[], of = watcher, until = expiresAt) =>
      watches.writeRows(of, { put: uids, removed: [] }, until);
    const watchersOf = async (uid: string) => (await watches.watchersOf(uid, 10, undefined, now)).watchers;

    test('has a list for each connection of a uid, which says what connection it is of', async () => {
      expect(await watches.listOf(watcher)).toBeUndefined();
      expect(await watches.standing(watcher)).toEqual({});

      expect(await watches.replaceList(watcher, undefined, list)).toBe(true);
      await connections.addConnection('w', connection);
      const stored = { ...list, version: expect.any(String) };
      expect(await watches.listOf(watcher)).toEqual(stored);
      expect(await watches.standing(watcher)).toEqual({ connection, list: stored });
      expect(await watches.listOf({ uid: 'other', connectionId: 'c1' })).toBeUndefined();
      expect(await watches.listOf({ uid: 'w', connectionId: 'c2' })).toBeUndefined();
    });

    test('changes a list as it was read, and no other', async () => {
      expect(await watches.replaceList(watcher, 'never', list)).toBe(false);
      await watches.replaceList(watcher, undefined, list);
      expect(await watches.replaceList(watcher, undefined, list)).toBe(false);
      const { version } = (await watches.listOf(watcher))!;

      const next = { uids: [], mayWatch: ['*'], receivedAt: now + 1, unsettled: [], expiresAt };
      expect(await watches.replaceList(watcher, version, next)).toBe(true);
      expect(await watches.replaceList(watcher, version, list)).toBe(false);
      expect(await watches.listOf(watcher)).toEqual({ ...next, version: expect.any(String) });
    });

    test('counts what the pages of a uid begin to watch in a minute, up to a bound, each uid and minute alone', async () => {
      expect(await watches.countBegun('w', 7, 3, 5)).toBe(true);
      expect(await watches.countBegun('w', 7, 3, 5)).toBe(false);
      expect(await watches.countBegun('w', 7, 2, 5)).toBe(true);
      expect(await watches.countBegun('w', 7, 1, 5)).toBe(false);

      expect(await watches.countBegun('w', 8, 5, 5)).toBe(true);
      expect(await watches.countBegun('other', 7, 5, 5)).toBe(true);
    });

    test('counts those of pages that begin at the same time', async () => {
      const begun = Array.from({ length: 8 }, () => watches.countBegun('w', 7, 2, 5));
      expect((await Promise.all(begun)).filter(Boolean)).toHaveLength(2);
    });

    test('notes that rows are as the list has them, while it is the same', async () => {
      await watches.replaceList(watcher, undefined, list);
      const { version } = (await watches.listOf(watcher))!;

      expect(await watches.noteSettled(watcher, 'another')).toBe(false);
      expect(await watches.listOf(watcher)).toMatchObject({ unsettled: ['a', 'b'] });
      expect(await watches.noteSettled(watcher, version)).toBe(true);
      expect(await watches.listOf(watcher)).toEqual({ ...list, unsettled: [], version });
      expect(await watches.noteSettled({ ...watcher, connectionId: 'c2' }, version)).toBe(false);
    });

    test('deletes a list while it is the same', async () => {
      await watches.replaceList(watcher, undefined, list);
      const { version } = (await watches.listOf(watcher))!;

      expect(await watches.removeList(watcher, 'another')).toBe(false);
      expect(await watches.removeList(watcher, version)).toBe(true);
      expect(await watches.removeList(watcher, version)).toBe(false);
      expect(await watches.listOf(watcher)).toBeUndefined();
    });

    test('finds the watchers of a uid by their rows, until these are deleted or expire', async () => {
      const other = { uid: 'v', connectionId: 'c2' };
      await put(['a', 'b']);
      await put(['a'], other);
      await put(['a'], { uid: 'v', connectionId: 'c3' }, now / 1_000 - 1);
      expect(await watchersOf('a')).toEqual([watcher, other]);
      expect(await watchersOf('b')).toEqual([watcher]);
      expect(await watchersOf('c')).toEqual([]);

      await watches.writeRows(watcher, { put: ['c'], removed: ['a', 'never'] }, expiresAt);
      expect(await watchersOf('a')).toEqual([other]);
      expect(await watchersOf('c')).toEqual([watcher]);
    });

    test('puts and deletes as many rows as a list may have', async () => {
      const uids = Array.from({ length: 100 }, (_, index) => `u${index}`);
      await put(uids);
      for (const uid of ['u0', 'u24', 'u25', 'u99']) expect(await watchersOf(uid)).toEqual([watcher]);

      await watches.writeRows(watcher, { put: [], removed: uids }, 0);
      for (const uid of ['u0', 'u24', 'u25', 'u99']) expect(await watchersOf(uid)).toEqual([]);
    });

    test('has the watchers of a uid page by page', async () => {
      for (let index = 0; index < 5; index++) await put(['a'], { uid: 'w', connectionId: `c${index}` });
      const idsAfter = async (after: string | undefined) => {
        const { watchers, next } = await watches.watchersOf('a', 2, after, now);
        return { ids: watchers.map(({ connectionId }) => connectionId), next };
      };

      expect(await idsAfter(undefined)).toEqual({ ids: ['c0', 'c1'], next: 'c1' });
      expect(await idsAfter('c1')).toEqual({ ids: ['c2', 'c3'], next: 'c3' });
      expect(await idsAfter('c3')).toEqual({ ids: ['c4'], next: undefined });
    });

    test('has the connections of watchers, in their order', async () => {
      const many = Array.from({ length: 130 }, (_, index) => ({ uid: 'w', connectionId: `c${index}` }));
      await connections.addConnection('w', connection);
      await connections.addConnection('w', { ...connection, connectionId: 'c129' });

      const found = await watches.connectionsOf(many);
      expect(found.map((one) => one?.connectionId)).toEqual(
        many.map(({ connectionId }) => (['c1', 'c129'].includes(connectionId) ? connectionId : undefined)),
      );
      expect(await watches.connectionsOf([])).toEqual([]);
    });
  });
}
