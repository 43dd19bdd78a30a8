import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { forgetClosedConnection, forgetGoneConnection } from '../../lambda/registration/forget-connection.ts';
import { type NewConnection, registerConnection } from '../../lambda/registration/register-connection.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';
import { MemoryConnectionTable } from '../support/memory-connection-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const twoHours = 2 * 60 * 60 * 1000;
const first = { connectionId: 'first', connectedAt: now };
const second = { connectionId: 'second', connectedAt: now };

let table: MemoryConnectionTable;
beforeEach(() => {
  table = new MemoryConnectionTable();
});

function register(connection: NewConnection, uid: string, expiresAt?: number) {
  const proven = expiresAt === undefined ? { uid } : { uid, expiresAt };
  return registerConnection(table, connection, proven, false, now);
}

async function idsOf(uid: string, at = now): Promise<string[]> {
  return (await table.connectionsOf(uid, at)).map(({ connectionId }) => connectionId);
}

describe('registering', () => {
  test('makes the connection belong to the uid', async () => {
    expect(await register(first, 'u1')).toBe('registered');
    expect(await idsOf('u1')).toEqual(['first']);
  });

  test('lets a uid have many connections', async () => {
    await register(first, 'u1');
    await register(second, 'u1');

    expect(await idsOf('u1')).toEqual(['first', 'second']);
  });

  test('counts once: the first registration of a connection stands', async () => {
    await register(first, 'u1');

    expect(await register(first, 'u2')).toBe('other-uid');
    expect(await idsOf('u1')).toEqual(['first']);
    expect(await idsOf('u2')).toEqual([]);
  });

  test('holds for the two hours that a connection can live, and not for three', async () => {
    await register(first, 'u1');

    expect(await idsOf('u1', now + twoHours)).toEqual(['first']);
    expect(await idsOf('u1', now + 1.5 * twoHours)).toEqual([]);
  });
});

describe('a credential that ends', () => {
  const inAMinute = now + 60_000;

  test('ends the pushes to its connection', async () => {
    await register(first, 'u1', inAMinute);

    expect(await idsOf('u1', inAMinute - 1_000)).toEqual(['first']);
    expect(await idsOf('u1', inAMinute)).toEqual([]);
  });

  test('is extended by a later one of the same uid', async () => {
    await register(first, 'u1', inAMinute);

    expect(await register(first, 'u1', inAMinute + 60_000)).toBe('extended');
    expect(await idsOf('u1', inAMinute)).toEqual(['first']);
  });

  test('leaves the connection to its uid: another can’t have it', async () => {
    await register(first, 'u1', inAMinute);

    expect(await register(first, 'u2', inAMinute + 60_000)).toBe('other-uid');
    expect(await idsOf('u2')).toEqual([]);
  });

  test('does not outlive the connection', async () => {
    await register(first, 'u1', now + 10 * twoHours);

    expect(await idsOf('u1', now + 1.5 * twoHours)).toEqual([]);
  });
});

describe('a closed connection', () => {
  test('is forgotten', async () => {
    await register(first, 'u1');
    await forgetClosedConnection(table, first);

    expect(await idsOf('u1')).toEqual([]);
    expect(await table.registrationOf('first')).toBeUndefined();
  });

  test('closed late takes nothing from a newer connection of the same uid', async () => {
    await register(first, 'u1');
    await register(second, 'u1');
    await forgetClosedConnection(table, first);

    expect(await idsOf('u1')).toEqual(['second']);
  });

  test('can’t be registered afterwards by a message that was still under way', async () => {
    await forgetClosedConnection(table, first);

    expect(await register(first, 'u1')).toBe('closed');
    expect(await idsOf('u1')).toEqual([]);
  });

  test('that a post found gone is forgotten, and only that one', async () => {
    await register(first, 'u1');
    await register(second, 'u1');
    await forgetGoneConnection(table, 'u1', 'first');

    expect(await idsOf('u1')).toEqual(['second']);
    expect(await table.registrationOf('first')).toBeUndefined();
  });
});

test('a table that fails while a gone connection is forgotten fails nobody’s push', async () => {
  const failing = Object.assign(new MemoryConnectionTable(), {
    removeConnection: async () => {
      throw new Error('no table');
    },
  });

  await expect(forgetGoneConnection(failing, 'u1', 'first')).resolves.toBeUndefined();
});

/** Lets fast-check decide which table operation runs next. A crashed caller stops before its operation number `crashAt`. */
function scheduled(
  scheduler: fc.Scheduler,
  caller: string,
  crashAt = Number.POSITIVE_INFINITY,
): ConnectionTable {
  let operations = 0;
  const step = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    operations += 1;
    await scheduler.schedule(Promise.resolve(), `${caller} ${name}`);
    if (operations > crashAt) throw new Error('crashed');
    return run();
  };
  return {
    onlineUids: (limit, after, at) => step('lists', () => table.onlineUids(limit, after, at)),
    connectionsOf: (uid, at) => step('reads the uid', () => table.connectionsOf(uid, at)),
    addConnection: (uid, connection) => step('adds', () => table.addConnection(uid, connection)),
    removeConnection: (uid, id) => step('removes', () => table.removeConnection(uid, id)),
    registrationOf: (id) => step('reads', () => table.registrationOf(id)),
    addFirstRegistration: (id, registration) =>
      step('adds first', () => table.addFirstRegistration(id, registration)),
    takeRegistration: (id) => step('takes', () => table.takeRegistration(id)),
  };
}

describe('in whatever order the table sees them', () => {
  test('two first messages leave the connection with exactly one uid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.constantFrom('u1', 'u2'), async (scheduler, other) => {
        table = new MemoryConnectionTable();
        const both = Promise.all([
          registerConnection(scheduled(scheduler, 'one'), first, { uid: 'u1' }, false, now),
          registerConnection(scheduled(scheduler, 'two'), first, { uid: other }, false, now),
        ]);
        await scheduler.waitFor(both);

        const registration = await table.registrationOf('first');
        const uids = new Set(['u1', other]);
        const registered = [];
        for (const uid of uids) if ((await idsOf(uid)).length > 0) registered.push({ uid });
        expect(registered).toEqual([registration]);
      }),
    );
  });

  test('a connection that closes while it registers leaves no row that a push would find', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        table = new MemoryConnectionTable();
        const both = Promise.all([
          registerConnection(scheduled(scheduler, 'register'), first, { uid: 'u1' }, false, now),
          forgetClosedConnection(scheduled(scheduler, 'disconnect'), first),
        ]);
        await scheduler.waitFor(both);

        expect(await idsOf('u1')).toEqual([]);
      }),
    );
  });

  test('a crash while registering leaves a living connection unregistered or reachable, never registered and unreachable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(3), async (scheduler, crashAt) => {
        table = new MemoryConnectionTable();
        const outcome = registerConnection(
          scheduled(scheduler, 'register', crashAt),
          first,
          { uid: 'u1' },
          false,
          now,
        );
        await scheduler.waitFor(outcome.catch(() => 'crashed'));

        const isRegistered = (await table.registrationOf('first')) !== undefined;
        if (isRegistered) expect(await idsOf('u1')).toEqual(['first']);
      }),
    );
  });
});
