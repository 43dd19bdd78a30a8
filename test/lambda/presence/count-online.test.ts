import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { countOnline, type ReadOnlineUids } from '../../../lambda/presence/count-online.ts';
import { emptyTable } from '../../support/dynamodb.ts';

const now = 1_800_000_000_000;

/** A table in which a part has the uids whose `place`, from 0 up to 1, is in it; a page has 6,000 connections. */
function tableOf(users: readonly { place: number; connections: number }[]) {
  let pagesRead = 0;
  const readUids: ReadOnlineUids<number> = async (_, segments, cursor = 0) => {
    pagesRead++;
    const uids: string[] = [];
    for (const [index, { place, connections }] of users.entries()) {
      if (place * segments >= 1) continue;
      for (let count = 0; count < connections; count++) uids.push(`u${index}`);
    }
    const next = cursor + 6_000;
    return { uids: uids.slice(cursor, next), ...(next < uids.length && { next }) };
  };
  return { readUids, pagesRead: () => pagesRead };
}

describe('how many are online', () => {
  test.each([0, 1, 6_000, 60_000])(
    'is exact up to what ten pages hold: %i connections',
    async (connections) => {
      const { readUids } = tableOf(Array.from({ length: connections }, () => ({ place: 0, connections: 1 })));
      expect(await countOnline(readUids, now)).toEqual({ uids: connections, connections });
    },
  );

  test('counts a uid once whose connections are on two pages', async () => {
    const { readUids } = tableOf([
      { place: 0, connections: 5_999 },
      { place: 0, connections: 2 },
    ]);
    expect(await countOnline(readUids, now)).toEqual({ uids: 2, connections: 6_001 });
  });

  test('is estimated where there are more, and 95 times of 100 no further off than its margin', async () => {
    const random = seededRandom(1);
    const tries = 100;
    let within = { uids: 0, connections: 0 };
    for (let count = 0; count < tries; count++) {
      const users = Array.from({ length: 50_000 }, () => ({
        place: random(),
        connections: 1 + Math.floor(4 * random() ** 3),
      }));
      const { readUids, pagesRead } = tableOf(users);
      const { uids, connections, margin } = await countOnline(readUids, now);
      const all = users.reduce((total, user) => total + user.connections, 0);
      within = {
        uids: within.uids + Number(Math.abs(uids - users.length) <= margin!.uids),
        connections: within.connections + Number(Math.abs(connections - all) <= margin!.connections),
      };
      expect(pagesRead()).toBeLessThanOrEqual(50);
    }
    expect(within.uids / tries).toBeGreaterThan(0.9);
    expect(within.connections / tries).toBeGreaterThan(0.9);
  });

  test('is of connections that have not expired, and without canaries', async () => {
    const { connections: table, onlineUids } = await emptyTable();
    for (const [uid, connectionId, endsInSeconds] of [
      ['u1', 'a=', 60],
      ['u1', 'b=', 60],
      ['u2', 'c=', 60],
      ['u3', 'd=', -1],
      ['uidpush-canary-1', 'e=', 60],
    ] as const) {
      const expiresAt = now / 1_000 + endsInSeconds;
      await table.addConnection(uid, { connectionId, isFramed: false, registeredAt: now, expiresAt });
      await table.addFirstRegistration(connectionId, { uid, isFramed: false, registeredAt: now }, expiresAt);
    }
    expect(await countOnline(onlineUids, now)).toEqual({ uids: 2, connections: 3 });
  });
});
