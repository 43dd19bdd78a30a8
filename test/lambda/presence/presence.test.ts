import { describe, expect, test } from 'vitest';
import type { Connections } from '../../../lambda/connection/connections.ts';
import { closeById, disconnectUid } from '../../../lambda/presence/disconnect-route.ts';
import { keepNewest } from '../../../lambda/registration/keep-newest.ts';
import type { ConnectionTable } from '../../../lambda/table/connection-table.ts';
import type { Selection } from '../../../protocol/selection.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import * as fc from '../../support/properties.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

function connection(connectionId: string, registeredAt = now) {
  return { connectionId, registeredAt, expiresAt: now / 1000 + 3_600, isFramed: false };
}

async function idsOf(table: ConnectionTable): Promise<string[]> {
  return (await table.connectionsOf('u', now)).map(({ connectionId }) => connectionId);
}

describe('disconnecting a uid', () => {
  async function disconnect(
    selection: Selection | undefined,
    outcomes: Record<string, 'closed' | 'gone' | 'failed'>,
  ) {
    const table = new MemoryConnectionTable();
    for (const id of Object.keys(outcomes)) await table.addConnection('u', connection(id));
    const result = await disconnectUid(
      'u',
      selection,
      pushDependencies({
        table,
        clock: new SkippingClock(now),
        connections: connectionsTo({ close: async (id) => outcomes[id]! }),
      }),
    );
    const left = await idsOf(table);
    return { result, forgotten: Object.keys(outcomes).filter((id) => !left.includes(id)) };
  }

  test('closes and forgets all its connections, and counts them', async () => {
    const { result, forgotten } = await disconnect(undefined, { a: 'closed', b: 'gone', c: 'closed' });

    expect(result).toEqual({ uid: 'u', closed: 2, gone: 1, failed: 0 });
    expect(forgotten).toEqual(['a', 'b', 'c']);
  });

  test('keeps one that is to be kept', async () => {
    const { result, forgotten } = await disconnect({ except: ['b'] }, { a: 'closed', b: 'closed' });

    expect(result).toEqual({ uid: 'u', closed: 1, gone: 0, failed: 0, excluded: 1 });
    expect(forgotten).toEqual(['a']);
  });

  test('does not forget one that may still live', async () => {
    const { result, forgotten } = await disconnect(undefined, { a: 'failed', b: 'closed' });

    expect(result).toEqual({ uid: 'u', closed: 1, gone: 0, failed: 1 });
    expect(forgotten).toEqual(['b']);
  });
});

describe('closing a connection by its id', () => {
  const table = new MemoryConnectionTable();
  const registered = { uid: 'u', registeredAt: now, isFramed: false };
  const close = (id: string, outcome: 'closed' | 'gone' | 'failed', onClose = async () => {}) =>
    closeById(id, {
      table,
      clock: new SkippingClock(now),
      connections: connectionsTo({
        close: async () => {
          await onClose();
          return outcome;
        },
      }),
    });
  const register = async (id: string) => {
    await table.addConnection('u', connection(id));
    await table.addFirstRegistration(id, registered);
  };

  test.each(['closed', 'gone'] as const)('%s, it is forgotten', async (outcome) => {
    await register(outcome);

    const counts = { closed: 0, gone: 0, failed: 0, [outcome]: 1 };
    expect(await close(outcome, outcome)).toEqual({ connection: outcome, uid: 'u', ...counts });
    expect(await idsOf(table)).toEqual([]);
  });

  test('closed twice, it is gone', async () => {
    await register('twice');
    await close('twice', 'closed');

    expect(await close('twice', 'gone')).toEqual({ connection: 'twice', closed: 0, gone: 1, failed: 0 });
  });

  test('one that may still live keeps its rows', async () => {
    await register('b');

    expect(await close('b', 'failed')).toEqual({ connection: 'b', uid: 'u', closed: 0, gone: 0, failed: 1 });
    expect(await table.registrationOf('b')).toEqual(registered);
    expect(await idsOf(table)).toEqual(['b']);
    await table.removeConnection('u', 'b');
  });

  test('one that is not registered is closed, and can’t be registered any more', async () => {
    expect(await close('c', 'closed')).toEqual({ connection: 'c', closed: 1, gone: 0, failed: 0 });
    expect(await table.registrationOf('c')).toEqual({ closed: true });
  });

  test('one that registers meanwhile is forgotten, too', async () => {
    await close('d', 'closed', () => register('d'));

    expect(await idsOf(table)).toEqual([]);
  });

  test('one that nobody knows is unknown', async () => {
    expect(await close('e', 'gone')).toBeUndefined();
    expect(await table.registrationOf('e')).toBeUndefined();
  });
});

describe('a single session', () => {
  const servicesOf = (table: ConnectionTable, close: Connections['close']) => ({
    table,
    connections: connectionsTo({ close }),
    clock: { now: () => now },
  });

  test('closes the older connections and keeps the newest', async () => {
    const table = new MemoryConnectionTable();
    const closed: string[] = [];
    for (const [id, at] of [
      ['a', now],
      ['c', now + 2],
      ['b', now + 1],
    ] as const)
      await table.addConnection('u', connection(id, at));

    const close = async (connectionId: string) => {
      closed.push(connectionId);
      return 'closed' as const;
    };
    await keepNewest('u', 'c', servicesOf(table, close));

    expect(closed.sort()).toEqual(['a', 'b']);
    expect(await idsOf(table)).toEqual(['c']);
  });

  test('closes nobody for a connection that has lost its row to an earlier message', async () => {
    const table = new MemoryConnectionTable();
    await table.addConnection('u', connection('a', now));
    await table.addConnection('u', connection('b', now + 1));

    await keepNewest(
      'u',
      'c',
      servicesOf(table, async () => 'closed'),
    );

    expect(await idsOf(table)).toEqual(['a', 'b']);
  });

  test('does not forget a connection that it could not close', async () => {
    const table = new MemoryConnectionTable();
    await table.addConnection('u', connection('a', now));
    await table.addConnection('u', connection('b', now + 1));

    await keepNewest(
      'u',
      'b',
      servicesOf(table, async () => 'failed'),
    );

    expect(await idsOf(table)).toEqual(['a', 'b']);
  });

  test('stays exactly one when many register at the same moment, in whatever order the table sees them and whatever their clocks say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.nat(2), { minLength: 2, maxLength: 4 }),
        async (scheduler, clocks) => {
          const table = new MemoryConnectionTable();
          const open = new Set(clocks.map((_, index) => `c${index}`));
          const register = async (offset: number, index: number) => {
            await scheduler.schedule(Promise.resolve(), `c${index} puts`);
            await table.addConnection('u', connection(`c${index}`, now + offset));
            await scheduler.schedule(Promise.resolve(), `c${index} reads`);
            const close = async (id: string) => {
              await scheduler.schedule(Promise.resolve(), `c${index} closes ${id}`);
              return open.delete(id) ? 'closed' : 'gone';
            };
            await keepNewest('u', `c${index}`, servicesOf(table, close));
          };
          await scheduler.waitFor(Promise.all(clocks.map(register)));

          expect(open.size).toBe(1);
          expect(await idsOf(table)).toEqual([...open]);
        },
      ),
    );
  });
});
