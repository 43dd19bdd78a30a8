import { beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const later = now / 1000 + 3_600;

function connection(connectionId: string, expiresAt = later) {
  return { connectionId, registeredAt: now, expiresAt, isFramed: false };
}

function registered(uid: string, registeredAt = now, isFramed = false) {
  return { uid, registeredAt, isFramed };
}

/** What every connection table does. `open` returns one that is empty, or whose items no other test has. */
export function describeConnectionTable(
  name: string,
  open: () => Promise<ConnectionTable> | ConnectionTable,
): void {
  describe(`${name} as a connection table`, () => {
    let table: ConnectionTable;
    beforeEach(async () => {
      table = await open();
    });

    describe('connections of a uid', () => {
      test('an unknown uid has none', async () => {
        expect(await table.connectionsOf('nobody', now)).toEqual([]);
      });

      test('are all there, as they were written', async () => {
        await table.addConnection('u1', connection('a'));
        await table.addConnection('u1', connection('b'));

        expect(await table.connectionsOf('u1', now)).toEqual([connection('a'), connection('b')]);
      });

      test('are of exactly this uid, however much another looks like it', async () => {
        const alike = [
          'u',
          'u1',
          'U1',
          'u1 ',
          'u1#connection#a',
          '__proto__',
          '9007199254740993',
          '9007199254740992',
          'é',
          'e\u0301',
        ];
        for (const [index, uid] of alike.entries()) await table.addConnection(uid, connection(`c${index}`));

        for (const [index, uid] of alike.entries()) {
          expect(await table.connectionsOf(uid, now)).toEqual([connection(`c${index}`)]);
        }
      });

      test('have the device and the meta that they were first written with', async () => {
        const named = { ...connection('a'), device: 'phone', meta: '{"n":9007199254740993}' };
        await table.addConnection('u1', named);
        await table.addConnection('u1', { ...connection('a', later + 1), device: 'laptop', meta: '{}' });

        expect(await table.connectionsOf('u1', now)).toEqual([{ ...named, expiresAt: later + 1 }]);
      });

      test('get a device and a meta that they lacked when they are extended', async () => {
        await table.addConnection('u1', connection('a'));
        const named = { ...connection('a', later + 1), device: 'phone', meta: '{}' };

        expect(await table.addConnection('u1', named)).toEqual(named);
      });

      test('may be framed', async () => {
        await table.addConnection('u1', { ...connection('a'), isFramed: true });

        expect(await table.connectionsOf('u1', now)).toEqual([{ ...connection('a'), isFramed: true }]);
      });

      test('written twice are there once', async () => {
        await table.addConnection('u1', connection('a'));
        await table.addConnection('u1', connection('a'));

        expect(await table.connectionsOf('u1', now)).toHaveLength(1);
      });

      test('added again last longer, and keep their mode and their time', async () => {
        await table.addConnection('u1', connection('a'));
        const again = { ...connection('a', later + 60), registeredAt: now + 5, isFramed: true };

        expect(await table.addConnection('u1', again)).toEqual(connection('a', later + 60));
        expect(await table.connectionsOf('u1', now)).toEqual([connection('a', later + 60)]);
      });

      test.each([0, 60])('are never shortened, nor written for nothing: %i s less', async (less) => {
        await table.addConnection('u1', connection('a'));

        expect(await table.addConnection('u1', connection('a', later - less))).toBeUndefined();
        expect(await table.connectionOf('u1', 'a')).toEqual(connection('a'));
      });

      test('are told one by one, expired ones too', async () => {
        await table.addConnection('u1', connection('a', 1));

        expect(await table.connectionOf('u1', 'a')).toEqual(connection('a', 1));
        expect(await table.connectionOf('u1', 'b')).toBeUndefined();
        expect(await table.connectionOf('u2', 'a')).toBeUndefined();
      });

      test('take another mode and time only from the one that was expected', async () => {
        const framed = { registeredAt: now, isFramed: true };
        const plain = { registeredAt: now - 1, isFramed: false };
        await table.addConnection('u1', { ...connection('a'), ...framed });

        expect(await table.replaceConnection('u1', 'a', plain, framed)).toBe(false);
        expect(await table.replaceConnection('u1', 'a', { ...framed, registeredAt: 1 }, plain)).toBe(false);
        expect(await table.replaceConnection('u1', 'a', framed, plain)).toBe(true);
        expect(await table.connectionsOf('u1', now)).toEqual([{ ...connection('a'), ...plain }]);
      });

      test('that were removed get no mode and no time', async () => {
        expect(await table.replaceConnection('u1', 'a', connection('a'), connection('a'))).toBe(false);
        expect(await table.connectionOf('u1', 'a')).toBeUndefined();
      });

      test('that have expired are not there, though nothing has deleted them yet', async () => {
        await table.addConnection('u1', connection('old', now / 1000));
        await table.addConnection('u1', connection('new', now / 1000 + 1));

        expect(await table.connectionsOf('u1', now)).toEqual([connection('new', now / 1000 + 1)]);
      });

      test('that were removed are not there, and the others are', async () => {
        await table.addConnection('u1', connection('a'));
        await table.addConnection('u1', connection('b'));
        await table.addConnection('u2', connection('a'));

        await table.removeConnection('u1', 'a');

        expect(await table.connectionsOf('u1', now)).toEqual([connection('b')]);
        expect(await table.connectionsOf('u2', now)).toEqual([connection('a')]);
      });

      test('are removed only as they are expected, where that is said', async () => {
        await table.addConnection('u1', connection('a'));

        await table.removeConnection('u1', 'a', { registeredAt: now + 1, isFramed: false });
        await table.removeConnection('u1', 'a', { registeredAt: now, isFramed: true });
        expect(await table.connectionOf('u1', 'a')).toEqual(connection('a'));

        await table.removeConnection('u1', 'a', { registeredAt: now, isFramed: false });
        await table.removeConnection('u1', 'a', { registeredAt: now, isFramed: false });
        expect(await table.connectionOf('u1', 'a')).toBeUndefined();
      });

      test('may be removed though they do not exist', async () => {
        await expect(table.removeConnection('u1', 'never')).resolves.toBeUndefined();
      });

      test('may be so many that they fill more than one page of an answer', async () => {
        const uid = 'u'.repeat(1_024);
        const ids = Array.from({ length: 1_200 }, (_, index) => `c${String(index).padStart(4, '0')}`);
        // A hundred at a time: the stand-in takes one write after the other, and each may wait three seconds.
        for (let index = 0; index < ids.length; index += 100) {
          await Promise.all(
            ids.slice(index, index + 100).map((id) => table.addConnection(uid, connection(id))),
          );
        }

        const found = await table.connectionsOf(uid, now);

        expect(found.map(({ connectionId }) => connectionId)).toEqual(ids);
      });
    });

    describe('the uids that are online', () => {
      const uids = ['u1', 'u2', 'u3', 'a/b', '用户', '__proto__'];
      const byUid = (one: { uid: string }, other: { uid: string }) => (one.uid < other.uid ? -1 : 1);

      test('are none in an empty table', async () => {
        expect(await table.onlineUids(10, undefined, now)).toEqual([]);
      });

      test('are told with their connections; expired ones and registrations don’t count', async () => {
        await table.addConnection('u1', connection('a'));
        await table.addConnection('u1', connection('b'));
        await table.addConnection('u2', connection('c'));
        await table.addConnection('u3', connection('d', now / 1000));
        await table.addFirstRegistration('e', registered('u4'), later);

        expect((await table.onlineUids(10, undefined, now)).sort(byUid)).toEqual([
          { uid: 'u1', connections: 2 },
          { uid: 'u2', connections: 1 },
        ]);
      });

      test.each([1, 2, 5, 6, 7])('come in pages of up to %i, each uid once and whole', async (limit) => {
        for (const uid of uids) {
          await table.addConnection(uid, connection('a'));
          await table.addConnection(uid, connection('b'));
        }
        const found: { uid: string; connections: number }[] = [];
        for (;;) {
          const page = await table.onlineUids(limit, found.at(-1)?.uid, now);
          found.push(...page);
          if (page.length < limit) break;
        }

        expect(found.sort(byUid)).toEqual(uids.map((uid) => ({ uid, connections: 2 })).sort(byUid));
      });
    });

    describe('a registration', () => {
      test('is not there before it was written', async () => {
        expect(await table.registrationOf('a')).toBeUndefined();
      });

      test('is there as it was written', async () => {
        expect(await table.addFirstRegistration('a', registered('u1'), later)).toBe(true);
        expect(await table.registrationOf('a')).toEqual(registered('u1'));
      });

      test('can be the mark that the connection was closed', async () => {
        await table.addFirstRegistration('a', { closed: true }, later);

        expect(await table.registrationOf('a')).toEqual({ closed: true });
      });

      test('stands: a second one is not written', async () => {
        await table.addFirstRegistration('a', registered('u1'), later);

        expect(await table.addFirstRegistration('a', registered('u2'), later)).toBe(false);
        expect(await table.registrationOf('a')).toEqual(registered('u1'));
      });

      test('is won by exactly one of many that come at the same time', async () => {
        const attempts = Array.from({ length: 10 }, (_, index) =>
          table.addFirstRegistration('a', registered(`u${index}`), later),
        );

        expect((await Promise.all(attempts)).filter((won) => won)).toHaveLength(1);
      });

      test('is told when it is taken, and gone then', async () => {
        await table.addFirstRegistration('a', registered('u1'), later);

        expect(await table.takeRegistration('a')).toEqual(registered('u1'));
        expect(await table.takeRegistration('a')).toBeUndefined();
        expect(await table.registrationOf('a')).toBeUndefined();
      });

      test('stays when it is the mark of a closed connection', async () => {
        await table.markClosed('a', later);

        expect(await table.takeRegistration('a')).toBeUndefined();
        expect(await table.registrationOf('a')).toEqual({ closed: true });
      });

      test('gives way only to one that knows it as it is', async () => {
        const first = registered('u2', now + 1, true);
        await table.addFirstRegistration('a', first, later);

        for (const other of [
          registered('u1'),
          { ...first, registeredAt: now },
          { ...first, isFramed: false },
        ]) {
          expect(await table.replaceRegistration('a', other, registered('u1'))).toBe(false);
        }
        expect(await table.replaceRegistration('a', first, registered('u1'))).toBe(true);
        expect(await table.registrationOf('a')).toEqual(registered('u1'));
      });

      test('that is no more, or a mark, gives way to none', async () => {
        expect(await table.replaceRegistration('a', registered('u1'), registered('u1'))).toBe(false);
        await table.addFirstRegistration('a', { closed: true }, later);

        expect(await table.replaceRegistration('a', registered('u1'), registered('u1'))).toBe(false);
        expect(await table.registrationOf('a')).toEqual({ closed: true });
      });

      test('is told when the connection is marked closed', async () => {
        await table.addFirstRegistration('a', registered('u1'), later);

        expect(await table.markClosed('a', later)).toEqual(registered('u1'));
        expect(await table.markClosed('a', later)).toEqual({ closed: true });
        expect(await table.registrationOf('a')).toEqual({ closed: true });
        expect(await table.markClosed('b', later)).toBeUndefined();
      });
    });
  });
}
