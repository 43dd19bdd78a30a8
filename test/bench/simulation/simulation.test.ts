import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { broadcast } from '../../../bench/simulation/broadcast.ts';
import { reconnectStorm } from '../../../bench/simulation/reconnect-storm.ts';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import {
  connectionsAtLimit,
  replacedAfterSeconds,
  steadyLoad,
} from '../../../bench/simulation/steady-load.ts';
import { broadcastTable, capTable, steadyLoadTable, stormTable } from '../../../bench/simulation/tables.ts';
import { TokenBucket } from '../../../bench/simulation/token-bucket.ts';
import { VirtualClock } from '../../../bench/simulation/virtual-clock.ts';
import { backoff } from '../../../client/browser/backoff.ts';
import { keptUntil } from '../../../client/browser/kept-token.ts';
import * as fc from '../../support/properties.ts';

const document = readFileSync(new URL('../../../docs/SCALE.md', import.meta.url), 'utf8');

const seed = fc.integer({ min: 1 });

function stormOf(
  clients: number,
  connectionsPerSecond: number,
  random = seededRandom(1),
  tokenLifeMs = 3_600_000,
) {
  return reconnectStorm({
    clients,
    connectionsPerSecond,
    backoff,
    longestBackoffMs: 30_000,
    tokenLifeMs,
    keptUntil,
    random,
  });
}

describe('docs/SCALE.md', () => {
  test.each([
    ['steady load', steadyLoadTable],
    ['reconnect storms', stormTable],
    ['longest waits', capTable],
    ['broadcasts', broadcastTable],
  ])('quotes the table of %s as the program prints it', async (_name, table) => {
    expect(document).toContain(`\n${await table()}\n`);
  });

  test('says the same in words', () => {
    const number = new Intl.NumberFormat('en');
    const { requests, pings, checks } = steadyLoad(1_000_000);
    const toTen = (amount: number) => number.format(Math.round(amount / 10) * 10);

    expect(document).toContain(`after ${number.format(replacedAfterSeconds)} s on average`);
    expect(document).toContain(
      `**Pings and checks, at ${number.format(connectionsAtLimit('pings'))} silent connections.**`,
    );
    expect(document).toContain(
      `connections' ${toTen(requests)}, pings and checks are ${toTen(2 * (pings + checks))}.`,
    );
    expect(document).toContain(`at ${(connectionsAtLimit('requests') / 1e6).toFixed(1)} million**`);
    expect(document).toContain(`at ${(connectionsAtLimit('newConnections') / 1e6).toFixed(1)} million**`);
  });
});

describe('a token bucket', () => {
  const steps = fc.array(fc.record({ pause: fc.nat(3_000), requests: fc.nat(20) }), { minLength: 1 });

  test('never has more tokens than its burst, nor lets more through than the burst and what came back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        steps,
        (rate, burst, all) => {
          const bucket = new TokenBucket({ ratePerSecond: rate, burst });
          let now = 0;
          let taken = 0;
          for (const { pause, requests } of all) {
            now += pause;
            expect(bucket.available(now)).toBeLessThanOrEqual(burst);
            for (let n = 0; n < requests; n++) if (bucket.take(now)) taken += 1;
            expect(bucket.available(now)).toBeGreaterThanOrEqual(0);
            expect(taken).toBeLessThanOrEqual(burst + (rate * now) / 1_000 + 1e-6);
          }
        },
      ),
    );
  });

  test('lets a steady stream through at its rate', () => {
    const bucket = new TokenBucket({ ratePerSecond: 10, burst: 1 });
    const taken = Array.from({ length: 1_001 }, (_, step) => bucket.take(step * 10)).filter(Boolean);
    expect(taken.length).toBeGreaterThanOrEqual(100);
    expect(taken.length).toBeLessThanOrEqual(101);
  });
});

describe('a reconnect storm', () => {
  test('ends with every page registered, no sooner than the quota allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 10, max: 500 }),
        seed,
        (clients, rate, from) => {
          const result = stormOf(clients, rate, seededRandom(from));
          expect(result.connected).toBe(clients);
          expect(result.attempts).toBeGreaterThanOrEqual(clients);
          expect(result.allAfter).toBeGreaterThanOrEqual(clients / rate - 1);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('of ten times the pages at ten times the quota has ten times the attempts', () => {
    const small = stormOf(2_000, 50);
    const large = stormOf(20_000, 500);
    expect(large.attempts / small.attempts).toBeGreaterThan(9.5);
    expect(large.attempts / small.attempts).toBeLessThan(10.5);
  });

  test('takes a token for each page while tokens last for more than twice the storm, else a few, never one for each attempt', () => {
    const { tokens, attempts, allAfter } = stormOf(20_000, 100);
    expect(tokens).toBe(20_000);

    const lifeMs = 60_000;
    const short = stormOf(20_000, 100, seededRandom(1), lifeMs);
    expect(short.attempts).toBe(attempts);
    expect(short.tokens).toBeGreaterThan(20_000);
    expect(short.tokens).toBeLessThan(20_000 * ((allAfter * 1_000) / (lifeMs / 2)));
  });

  test('that fits into the quota is over in seconds, with one attempt for each page', () => {
    const { attempts, allAfter } = stormOf(300, 500);
    expect(attempts).toBe(300);
    expect(allAfter).toBeLessThan(1);
  });
});

describe('a broadcast', () => {
  const quiet = { connections: 5_000, postsPerSecond: 5_000, otherRequestsPerSecond: 0 };

  test('reaches everybody, no faster than its pace', async () => {
    const result = await broadcast({ ...quiet, random: seededRandom(1) });
    expect(result).toMatchObject({ delivered: 5_000, failed: 0, throttled: 0 });
    expect(result.seconds).toBeGreaterThanOrEqual(0.99);
  });

  test('counts everybody, delivered or failed, when the account has nothing left', async () => {
    const result = await broadcast({
      ...quiet,
      otherRequestsPerSecond: 10_000,
      connections: 8_000,
      random: seededRandom(1),
    });
    // The burst of the account is all that gets through.
    expect(result).toMatchObject({ delivered: 5_000, failed: 3_000 });
  });
});

test('on the virtual clock, those who sleep wake in the order of their times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50 })), async (pauses) => {
      const clock = new VirtualClock();
      const woken: number[] = [];
      for (const pause of pauses) void clock.sleep(pause).then(() => woken.push(clock.now()));
      await clock.run();
      expect(woken).toEqual(pauses.toSorted((one, other) => one - other));
    }),
  );
});
