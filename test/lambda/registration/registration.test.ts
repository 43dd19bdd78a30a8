import { beforeEach, describe, expect, test } from 'vitest';
import type { Socket } from '../../../lambda/incoming.ts';
import {
  forgetClosedConnection,
  forgetConnection,
  forgetGoneConnection,
} from '../../../lambda/registration/forget-connection.ts';
import {
  registerFramedConnection,
  registerPlainConnection,
} from '../../../lambda/registration/register-connection.ts';
import type { Registration } from '../../../lambda/table/connection-table.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const twoHours = 2 * 60 * 60 * 1000;
const first = { connectionId: 'first', connectedAt: now };
const second = { connectionId: 'second', connectedAt: now };

let table: MemoryConnectionTable;
beforeEach(() => {
  table = new MemoryConnectionTable();
});

type Message = { uid: string; expiresAt?: number; at?: number; isFramed?: boolean };

/** A message of the connection is dealt with; `at`: when API Gateway received it. */
async function receive(socket: Socket, { at = now, isFramed = false, ...proven }: Message) {
  const received = { ...socket, receivedAt: at };
  if (!isFramed) return registerPlainConnection(table, received, proven, undefined);
  const bothTables = {
    registrationAndLatest: async (connectionId: string) => ({
      registration: await table.registrationOf(connectionId),
      latest: 0,
    }),
  };
  return registerFramedConnection(table, bothTables, received, proven, undefined);
}

async function register(connection: Socket, uid: string, expiresAt?: number): Promise<string> {
  const { outcome } = await receive(connection, expiresAt === undefined ? { uid } : { uid, expiresAt });
  return outcome;
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
    await forgetClosedConnection(table, first, now + 60_000);

    expect(await idsOf('u1')).toEqual([]);
    expect(await table.registrationOf('first')).toBeUndefined();
  });

  test('that was open for a moment is not registered again by another message that was still under way', async () => {
    await register(first, 'u1');
    await forgetClosedConnection(table, first, now + 59_999);

    expect(await idsOf('u1')).toEqual([]);
    expect(await register(first, 'u1')).toBe('closed');
    expect(await register(first, 'u2')).toBe('closed');
    expect(await idsOf('u2')).toEqual([]);
  });

  test('closed late takes nothing from a newer connection of the same uid', async () => {
    await register(first, 'u1');
    await register(second, 'u1');
    await forgetClosedConnection(table, first, now);

    expect(await idsOf('u1')).toEqual(['second']);
  });

  test('can’t be registered afterwards by a message that was still under way', async () => {
    await forgetClosedConnection(table, first, now);

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

describe.each([
  ['plain', false],
  ['framed', true],
])('a %s connection whose uid is sent again', (_mode, isFramed) => {
  const uid = 'u1';
  const row = { connectionId: 'first', registeredAt: now, isFramed, expiresAt: expect.any(Number) };

  test.each([
    ['raw', false],
    ['in a frame', true],
  ])('%s keeps its mode and its time', async (_way, isFramedAgain) => {
    await receive(first, { uid, isFramed });

    expect(await receive(first, { uid, isFramed: isFramedAgain, at: now + 5_000 })).toMatchObject({
      outcome: 'extended',
      isFramed,
    });
    expect(await table.connectionsOf(uid, now)).toEqual([row]);
    expect(await table.registrationOf('first')).toEqual({ uid, registeredAt: now, isFramed });
  });

  test.each([
    ['raw', false],
    ['in a frame', true],
  ])('%s is never cut short by a token that ends earlier', async (_way, isFramedAgain) => {
    await receive(first, { uid, isFramed, expiresAt: now + 600_000 });
    await receive(first, { uid, isFramed: isFramedAgain, at: now + 1, expiresAt: now + 60_000 });

    expect(await table.connectionsOf(uid, now)).toEqual([{ ...row, expiresAt: (now + 600_000) / 1_000 }]);
  });

  test('is reached again if its row was deleted, with the mode and the time of its registration', async () => {
    await receive(first, { uid, isFramed });
    await table.removeConnection(uid, 'first');

    expect(await receive(first, { uid, isFramed: !isFramed, at: now + 5_000 })).toMatchObject({ isFramed });
    expect(await table.connectionsOf(uid, now)).toEqual([row]);
  });

  test('is registered again if its registration was deleted, with the mode and the time of its row', async () => {
    await receive(first, { uid, isFramed });
    await table.takeRegistration('first');

    expect(await receive(first, { uid, isFramed: !isFramed, at: now + 5_000 })).toMatchObject({
      outcome: 'registered',
      isFramed,
    });
    expect(await table.connectionsOf(uid, now)).toEqual([row]);
    expect(await table.registrationOf('first')).toEqual({ uid, registeredAt: now, isFramed });
  });

  test('is registered anew if both were deleted', async () => {
    await receive(first, { uid, isFramed });
    await forgetGoneConnection(table, uid, 'first');

    expect(await receive(first, { uid, isFramed, at: now + 5_000 })).toMatchObject({
      outcome: 'registered',
      isFramed,
    });
    expect(await table.connectionsOf(uid, now)).toEqual([{ ...row, registeredAt: now + 5_000 }]);
  });
});

test('the mark of a closed connection, which broadcasts read, expires a minute after it was closed', async () => {
  const expiries: number[] = [];
  class NotesExpiries extends MemoryConnectionTable {
    override markClosed(connectionId: string, expiresAt = 0) {
      expiries.push(expiresAt);
      return super.markClosed(connectionId);
    }

    override addFirstRegistration(connectionId: string, registration: Registration, expiresAt = 0) {
      expiries.push(expiresAt);
      return super.addFirstRegistration(connectionId, registration);
    }
  }
  table = new NotesExpiries();
  const afterAnHour = now + twoHours / 2;
  await forgetClosedConnection(table, first, now + 1_000);
  await forgetClosedConnection(table, second, afterAnHour);
  await forgetConnection(table, 'u1', 'third', 'closed', afterAnHour);

  expect(expiries.map((expiry) => expiry * 1_000)).toEqual([
    now + 61_000,
    afterAnHour + 60_000,
    afterAnHour + 60_000,
  ]);
});

describe('a connection that the service closed', () => {
  test.each(['closed', 'gone'] as const)('is forgotten: %s', async (outcome) => {
    await register(first, 'u1');
    await forgetConnection(table, 'u1', 'first', outcome, now);

    expect(await idsOf('u1')).toEqual([]);
  });

  test('is forgotten though the answer to its mark was lost', async () => {
    class LosesAnswers extends MemoryConnectionTable {
      override async markClosed(connectionId: string): Promise<never> {
        await super.markClosed(connectionId);
        throw new Error('The connection broke.');
      }
    }
    table = new LosesAnswers();
    await register(first, 'u1');
    await forgetConnection(table, 'u1', 'first', 'closed', now);

    expect(await idsOf('u1')).toEqual([]);
  });

  test('is not registered again by a message that was still under way', async () => {
    await register(first, 'u1');
    await forgetConnection(table, 'u1', 'first', 'closed', now);

    expect(await register(first, 'u1')).toBe('closed');
    expect(await idsOf('u1')).toEqual([]);
  });

  test('nor is it when another found it gone after that', async () => {
    await register(first, 'u1');
    await forgetConnection(table, 'u1', 'first', 'closed', now);
    await forgetConnection(table, 'u1', 'first', 'gone', now);

    expect(await register(first, 'u1')).toBe('closed');
    expect(await idsOf('u1')).toEqual([]);
  });
});

describe('an earlier message that is slower', () => {
  test('takes the connection over, and leaves no row of the later one', async () => {
    await receive(first, { uid: 'u2', at: now + 1 });

    expect(await receive(first, { uid: 'u1', at: now })).toMatchObject({ outcome: 'registered' });
    expect(await idsOf('u1')).toEqual(['first']);
    expect(await idsOf('u2')).toEqual([]);
    expect(await table.registrationOf('first')).toEqual({ uid: 'u1', registeredAt: now, isFramed: false });
  });

  test('of the same uid decides the mode', async () => {
    await receive(first, { uid: 'u1', at: now + 1, isFramed: true });

    expect(await receive(first, { uid: 'u1', at: now })).toMatchObject({
      outcome: 'extended',
      isFramed: false,
    });
    expect(await table.connectionsOf('u1', now)).toMatchObject([{ registeredAt: now, isFramed: false }]);
  });

  test('does not shorten what the later one proved', async () => {
    await receive(first, { uid: 'u1', at: now + 1, expiresAt: now + 600_000 });
    await receive(first, { uid: 'u1', at: now, expiresAt: now + 60_000 });

    expect(await idsOf('u1', now + 599_000)).toEqual(['first']);
  });
});

describe('of two messages of the same millisecond', () => {
  const hello = '{"type":"hello"}';

  test.each([
    ['u1', hello, 'u1'],
    [hello, 'u1', 'u1'],
    ['u1', 'u2', 'u1'],
    ['["u1"]', '5', '["u1"]'],
    [hello, '{"uid":"u1"}', hello],
  ])('%s and then %s, it is %s: a JSON object loses, else the first stands', async (one, other, uid) => {
    await register(first, one);
    await register(first, other);

    expect(await table.registrationOf('first')).toMatchObject({ uid });
    expect(await idsOf(uid === one ? other : one)).toEqual([]);
  });

  test('a raw uid wins over a frame', async () => {
    await receive(first, { uid: 'u2', isFramed: true });
    await receive(first, { uid: 'u1' });

    expect(await table.registrationOf('first')).toMatchObject({ uid: 'u1', isFramed: false });
  });
});
