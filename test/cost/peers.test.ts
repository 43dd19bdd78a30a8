import { describe, expect, test } from 'vitest';
import { breakEven } from '../../bench/cost/break-even.ts';
import { defaultLoad, type Load } from '../../bench/cost/load.ts';
import { monthlyCost } from '../../bench/cost/monthly-cost.ts';
import { type PeerName, peerCosts } from '../../bench/cost/peers.ts';

const thousandSockets: Load = { ...defaultLoad, connectsPerDay: 0, pushes: 10_000_000 };

function priceAt(peer: PeerName, load: Partial<Load> = {}): number | 'ask' | undefined {
  return peerCosts({ ...thousandSockets, ...load }).find(({ name }) => name === peer)?.dollars;
}

describe('a thousand sockets around the clock, and ten million pushes of 1 KB', () => {
  // 10 M in and 10 M out × $1.00/M = $20.00, 43.8 M minutes × $0.08/M = $3.50, 9.54 GB × $0.09 = $0.86.
  test.each(['AppSync Events', 'IoT Core'] as const)('at %s', (peer) => {
    expect(priceAt(peer)).toBeCloseTo(20 + 3.504 + 0.858, 2);
  });

  test('at Azure Web PubSub: one unit, 329,000 messages a day', () => {
    expect(priceAt('Azure Web PubSub')).toBeCloseTo(1.61 * (730 / 24), 2);
  });

  test('at Pusher: over 500 connections, and 658,000 messages a day', () => {
    expect(priceAt('Pusher Channels')).toBe(99);
  });

  test('at Ably: $29, 20 M messages × $2.50/M, twice 43.8 M minutes × $1.00/M', () => {
    expect(priceAt('Ably')).toBeCloseTo(29 + 50 + 43.8 + 43.8, 2);
  });
});

describe('units and steps', () => {
  test('6 KB are two operations at AppSync Events and two messages at IoT Core', () => {
    // 40 M, and 57.2 GB out.
    expect(priceAt('AppSync Events', { sizeKb: 6 })).toBeCloseTo(40 + 3.504 + 5.15, 2);
    expect(priceAt('IoT Core', { sizeKb: 6 })).toBeCloseTo(40 + 3.504 + 5.15, 2);
  });

  test('a page that is opened is an operation at AppSync Events', () => {
    const perDay = (connectsPerDay: number) => Number(priceAt('AppSync Events', { connectsPerDay }));

    expect(perDay(10) - perDay(0)).toBeCloseTo(10 * 1_000 * (730 / 24) * 1e-6, 6);
  });

  test('a broadcast is handed in once and brought to each', () => {
    // 1 + 1,000, at $1.00/M, and 1,000 KB out.
    const difference =
      Number(priceAt('AppSync Events', { broadcasts: 1 })) - Number(priceAt('AppSync Events'));
    expect(difference).toBeCloseTo(0.001001 + 0.0000858, 6);
  });

  test('Azure Web PubSub: messages beyond a million a day for each unit are $1.00 a million', () => {
    // 50 M × 1 of 2 KB, of which 30.42 M are included.
    expect(priceAt('Azure Web PubSub', { pushes: 50_000_000 })).toBeCloseTo(48.97 + 50 - 30.4167, 1);
  });

  test.each([
    [100_000, 100 * 1.61 * (730 / 24)],
    [100_001, 101 * 2 * (730 / 24)],
    [1_000_001, 'ask'],
  ])('Azure Web PubSub with %d connections', (users, price) => {
    const found = priceAt('Azure Web PubSub', { users, pushes: 0 });

    if (typeof price === 'number') expect(found).toBeCloseTo(price, 2);
    else expect(found).toBe(price);
  });

  test.each([
    [100, 1_000_000, 0],
    [100, 10_000_000, 49],
    [500, 0, 49],
    [5_000, 0, 299],
    [5_001, 0, 1_199],
    [30_001, 0, 'ask'],
    [100, 2_000_000_000, 'ask'],
  ])('Pusher with %d connections and %d pushes a month', (users, pushes, price) => {
    expect(priceAt('Pusher Channels', { users, pushes })).toBe(price);
  });
});

describe('from how many pushes on it costs less here', () => {
  function differenceAt(load: Load, pushesPerConnectionHour: number): number {
    const pushes = pushesPerConnectionHour * load.users * 730;
    return monthlyCost({ ...load, pushes }).total - Number(priceAt('AppSync Events', { ...load, pushes }));
  }

  test('is where both cost the same', () => {
    const found = breakEven(thousandSockets, 'AppSync Events', false);

    if (typeof found === 'string') throw new Error(found);
    const { pushesPerConnectionHour } = found;
    expect(differenceAt(thousandSockets, pushesPerConnectionHour)).toBeCloseTo(0, 2);
    expect(differenceAt(thousandSockets, pushesPerConnectionHour * 1.1)).toBeLessThan(0);
    expect(differenceAt(thousandSockets, pushesPerConnectionHour * 0.9)).toBeGreaterThan(0);
  });

  test('comes earlier with rarer pings, and with longer messages', () => {
    const at = (load: Partial<Load>) => {
      const found = breakEven({ ...thousandSockets, ...load }, 'AppSync Events', false);
      return typeof found === 'string' ? found : found.pushesPerConnectionHour;
    };

    expect(at({ heartbeatSeconds: 600 })).toBeLessThan(Number(at({ heartbeatSeconds: 60 })));
    expect(at({ sizeKb: 6 })).toBeLessThan(Number(at({ sizeKb: 5 })));
  });

  test('is never, where each push costs more than there', () => {
    expect(breakEven({ ...thousandSockets, storedShare: 1 }, 'AppSync Events', false)).toBe('never');
  });

  test('is always, where already an idle connection costs less than there', () => {
    expect(breakEven(thousandSockets, 'Ably', false)).toBe('always');
  });
});
