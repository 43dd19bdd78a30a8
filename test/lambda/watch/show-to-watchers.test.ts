import { describe, expect, test } from 'vitest';
import {
  type ShowDependencies,
  showToWatchers,
  watchersTarget,
} from '../../../lambda/watch/show-to-watchers.ts';
import type { WatchTask } from '../../../lambda/watch/watch-task.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryWatchTable } from '../../support/memory-watch-table.ts';

const event = {
  type: 'user.online',
  uid: 'u',
  epoch: 7,
  at: '2026-01-01T12:00:00.000Z',
  connections: 1,
} as const;
const frame = { type: 'presence', uid: 'u', online: true, epoch: 7, at: event.at };

/** So many connections watch `u`. */
async function world(watchers: number) {
  const clock = new SkippingClock();
  const table = new MemoryConnectionTable();
  const watches = new MemoryWatchTable(table);
  const expiresAt = clock.now() / 1_000 + 3_600;
  const ids = Array.from({ length: watchers }, (_, index) => `c${String(index).padStart(5, '0')}`);
  const watcherOf = (connectionId: string) => ({ uid: `w${connectionId}`, connectionId });
  for (const connectionId of ids) {
    const watcher = watcherOf(connectionId);
    const connection = { connectionId, registeredAt: clock.now(), expiresAt, isFramed: true };
    await table.addConnection(watcher.uid, connection);
    await table.addFirstRegistration(connectionId, { ...connection, uid: watcher.uid });
    await watches.writeRows(watcher, { put: ['u'], removed: [] }, expiresAt);
  }
  const shown = new Map<string, number>();
  const tasks: WatchTask[] = [];
  /** What becomes of the posts to some. */
  const outcomes = new Map<string, 'gone' | 'failed'>();
  const dependencies: ShowDependencies = {
    watches,
    table,
    connections: {
      post: async (connectionId, text) => {
        expect(JSON.parse(text)).toEqual(frame);
        const outcome = outcomes.get(connectionId) ?? 'delivered';
        if (outcome === 'delivered') shown.set(connectionId, (shown.get(connectionId) ?? 0) + 1);
        return outcome;
      },
    },
    queue: {
      send: async (task) => void tasks.push(JSON.parse(JSON.stringify(task))),
      sendAll: async (all) => void tasks.push(...all),
    },
    postsPerSecond: 500,
    clock,
  };
  const rows = async () => (await watches.watchersOf('u', 100_000, undefined, clock.now())).watchers;
  return { clock, table, watches, ids, watcherOf, shown, tasks, outcomes, dependencies, expiresAt, rows };
}

describe('a change', () => {
  test('of a uid that nobody watches is one read', async () => {
    const { dependencies, tasks } = await world(0);
    const { watchersOf } = dependencies.watches;
    const watches = { watchersOf: watchersOf.bind(dependencies.watches) } as typeof dependencies.watches;
    await watchersTarget({ ...dependencies, watches })(event);

    expect(tasks).toEqual([]);
  });

  test('is shown to ten thousand by tasks, to each once, though workers die in the middle of some', async () => {
    const { dependencies, tasks, shown, ids } = await world(10_000);
    await watchersTarget(dependencies)(event);
    expect(shown.size).toBe(250);

    let done = 0;
    let deaths = 0;
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      // Each third worker dies after some posts; the queue hands its task to another, and takes none of its own twice.
      if (done++ % 3 === 1 && deaths < 3) {
        deaths++;
        let posts = 0;
        const post = async (connectionId: string, text: string) => {
          if (++posts > 100) throw new Error('dies here');
          return dependencies.connections.post(connectionId, text);
        };
        await expect(showToWatchers(task, { ...dependencies, connections: { post } })).rejects.toThrow(
          'dies',
        );
        tasks.pop();
        tasks.unshift(task);
      } else await showToWatchers(task, dependencies);
    }

    expect([...shown.keys()].sort()).toEqual(ids);
    expect(deaths).toBe(3);
    // A hundred of each that died were posted to before.
    expect([...shown.values()].filter((times) => times > 1)).toHaveLength(300);
  });

  test('is shown again to those to whom a post failed, until it is there, and to nobody else', async () => {
    const { dependencies, tasks, shown, outcomes, ids } = await world(5);
    outcomes.set('c00001', 'failed').set('c00003', 'failed');
    await watchersTarget(dependencies)(event);
    const [task] = tasks;
    expect(task).toMatchObject({ watchers: [{ connectionId: 'c00001' }, { connectionId: 'c00003' }] });

    outcomes.delete('c00001');
    await expect(showToWatchers(task!, dependencies)).rejects.toThrow('1 pages');
    outcomes.clear();
    await showToWatchers(task!, dependencies);
    expect([...shown.keys()].sort()).toEqual(ids);
    expect([shown.get('c00000'), shown.get('c00003')]).toEqual([1, 1]);
  });

  test('finds connections that are gone, and forgets them', async () => {
    const { dependencies, outcomes, table, watches, watcherOf, rows, clock, expiresAt } = await world(3);
    outcomes.set('c00001', 'gone');
    // Its function died between the connection's row and this one.
    await watches.writeRows(watcherOf('c9'), { put: ['u'], removed: [] }, expiresAt);
    await watchersTarget(dependencies)(event);

    expect(await table.connectionsOf(watcherOf('c00001').uid, clock.now())).toEqual([]);
    expect(await table.registrationOf('c00001')).toBeUndefined();
    expect((await rows()).map(({ connectionId }) => connectionId)).not.toContain('c9');
  });

  test('is not shown to a page whose token has ended, which keeps its place', async () => {
    const { dependencies, shown, clock, rows, watches, watcherOf } = await world(1);
    await watches.writeRows(watcherOf('c00000'), { put: ['u'], removed: [] }, clock.now() / 1_000 + 7_200);
    clock.advance(3_700_000);
    await watchersTarget(dependencies)(event);

    expect(shown.size).toBe(0);
    expect(await rows()).toHaveLength(1);
  });
});
