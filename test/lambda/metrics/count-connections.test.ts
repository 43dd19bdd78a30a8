import { describe, expect, test } from 'vitest';
import { type CountPage, countConnections } from '../../../lambda/metrics/count-connections.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import * as fc from '../../support/properties.ts';

/** A table with these connections, spread evenly, of which a page has 6,000; and how many pages were read. */
function tableOf(connections: number) {
  let pagesRead = 0;
  const countPage: CountPage<number> = async (segments, cursor = 0) => {
    pagesRead++;
    const inSegment = Math.round(connections / segments);
    const count = Math.min(6_000, inSegment - cursor);
    const next = cursor + count;
    return { count, ...(next < inSegment && { next }) };
  };
  return { countPage, pagesRead: () => pagesRead };
}

describe('the number of open connections', () => {
  test.each([0, 1, 6_000, 60_000])('is exact up to what ten pages hold: %i', async (connections) => {
    expect(await countConnections(tableOf(connections).countPage)).toBe(connections);
  });

  test('is estimated from a part where there are more, and never costs more than fifty pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60_001, max: 3_000_000_000 }), async (connections) => {
        const { countPage, pagesRead } = tableOf(connections);
        const counted = await countConnections(countPage);
        expect(Math.abs(counted - connections) / connections).toBeLessThan(0.01);
        expect(pagesRead()).toBeLessThanOrEqual(50);
      }),
    );
  });

  test('counts the rows of connections that have not expired, and nothing else', async () => {
    const { connections: table, connectionCounts } = await emptyTable();
    const now = 1_800_000_000_000;
    for (const [uid, connectionId, endsInSeconds] of [
      ['u1', 'a=', 60],
      ['u1', 'b=', 60],
      ['u2', 'c=', 60],
      ['u2', 'd=', -1],
    ] as const) {
      const expiresAt = now / 1_000 + endsInSeconds;
      await table.addConnection(uid, { connectionId, isFramed: false, registeredAt: now, expiresAt });
      await table.addFirstRegistration(connectionId, { uid, isFramed: false, registeredAt: now }, expiresAt);
    }
    expect(await countConnections(connectionCounts(now))).toBe(3);
  });
});
