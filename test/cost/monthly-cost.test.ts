import { describe, expect, test } from 'vitest';
import { defaultLoad, type Load } from '../../bench/cost/load.ts';
import { type CostModel, deployedModel } from '../../bench/cost/model.ts';
import { type MonthlyCost, monthlyCost } from '../../bench/cost/monthly-cost.ts';
import type { PricedItem } from '../../bench/cost/prices.ts';

/** A thousand sockets that are open around the clock, and ten million messages of 1 KB a month to one of them each. */
const thousandSockets: Load = { ...defaultLoad, connectsPerDay: 0, pushes: 10_000_000 };
const nothing: Load = { ...thousandSockets, users: 0, pushes: 0 };

function spentOn(cost: MonthlyCost, activity: string): number {
  const found = cost.activities.find(({ name }) => name.startsWith(activity));
  if (!found) throw new Error(`Nothing is spent on ${activity}.`);
  return found.dollars;
}

function quantityOf({ lines }: MonthlyCost, item: PricedItem): number {
  return lines.find((line) => line.item === item)?.quantity ?? 0;
}

describe('by hand: a simpler design, whose pings are one message and no function', () => {
  const small = { memoryMb: 256, assumedMs: 15, metersItself: false };
  const simple: CostModel = {
    ...deployedModel,
    usage: {
      ...deployedModel.usage,
      connect: { connectFunction: 1 },
      registerFramed: { tableWrite: 1 },
      disconnect: { tableWrite: 1 },
      ping: { messageIn: 1 },
      check: { messageIn: 1 },
    },
    functions: {
      connectFunction: small,
      registerFunction: small,
      disconnectFunction: small,
      pushFunction: small,
      broadcastWorker: small,
      presenceWorker: small,
    },
    platformLogBytes: 0,
    idleQueueRequests: 0,
    connectionLifeHours: 2,
  };
  const load: Load = { ...thousandSockets, heartbeatSeconds: 540, secrets: 0 };

  test('a thousand idle sockets', () => {
    const { total } = monthlyCost({ ...load, pushes: 0 }, false, simple);

    // 1,000 × 730 h = 730,000 connection-hours, × 60 min × $0.25/M = $10.950. A ping in 9 minutes: 730,000 × 60 / 9 ×
    // $1.00/M = $4.867. A new connection in 2 hours: 365,000 × (2 writes × $0.625/M + a request $0.20/M + 256 MB × 15
    // ms $0.05/M = $1.50/M) = $0.5475.
    expect(total).toBeCloseTo(10.95 + 4.867 + 0.5475, 2);
  });

  test('ten million pushes, $1.375 a million, and their egress', () => {
    const cost = monthlyCost(load, false, simple);

    // Each million: requests $0.20, 256 MB × 15 ms $0.05, a read $0.125, a message $1.00. 10⁷ KB are 9.54 GB at $0.09:
    // $0.86.
    expect(spentOn(cost, 'pushes')).toBeCloseTo(13.75 + 0.86, 2);
  });
});

describe('by hand: the deployment', () => {
  test('a thousand sockets around the clock, and ten million pushes', () => {
    const cost = monthlyCost(thousandSockets);

    expect(spentOn(cost, 'open connections')).toBeCloseTo(10.95, 2);
    // 730,000 / 1.875 h = 389,333 connects. Each million: 3 requests $0.60, 256 MB × (5 + 25 + 15) ms $0.15, 2 reads
    // $0.25, 4 writes $2.50, 2 messages $2.00: $5.50.
    expect(spentOn(cost, 'connects')).toBeCloseTo(0.389333 * 5.5, 2);
    // 13.70 pushes an hour, 5 min: λT = 1.1416, e^λT - 1 = 2.1316: 6.4264 pings an hour, 4.691 million.
    // Each million: 2 messages $2.00; a third of them are checks: requests $0.20, 256 MB × 25 ms $0.0833, 3 reads
    // $0.375, $0.6583 more.
    expect(spentOn(cost, 'pings')).toBeCloseTo(4.6913 * (2 + 0.6583 / 3), 2);
    // Each million: requests $0.20, 512 MB × 15 ms $0.10, a read $0.125, a message $1.00: $1.425. Egress $0.86.
    expect(spentOn(cost, 'pushes')).toBeCloseTo(14.25 + 0.86, 2);
    // 650,000 requests × $0.50/M, and a secret.
    expect(spentOn(cost, 'queue and secrets')).toBeCloseTo(0.325 + 0.4, 2);
    expect(cost.total).toBeCloseTo(10.95 + 2.14 + 10.41 + 15.11 + 0.725, 1);
  });

  test('a million pushes to nobody', () => {
    const cost = monthlyCost({ ...thousandSockets, pushes: 1_000_000, offlineShare: 1 });

    // Requests $0.20, 512 MB × 15 ms $0.10, a read $0.125.
    expect(spentOn(cost, 'pushes')).toBeCloseTo(0.425, 3);
  });

  test('a broadcast of 1 KB to 100,000', () => {
    const cost = monthlyCost({ ...nothing, users: 100_000, broadcasts: 1 });

    // 100,000 messages $0.10, and 0.0954 GB out $0.0086. 200,000 items in ten segments are 200 pages of 1,000. Workers:
    // 100,000 / 500 a second × 1 GB + 200 × 1 GB × 25 ms = 205 GB-s, $0.00273; 201 requests $0.00004. Reads: 22
    // MB in 4 KB are 5,372, and two items a page 400, $0.00072. Writes: 200 pages, 2 of the text, 1: $0.00013. SQS: 1 +
    // 190 sent, 200 received, 200 deleted, $0.0003.
    expect(spentOn(cost, 'broadcasts')).toBeCloseTo(0.1125, 4);
  });

  test('the text endpoint with two tasks, and ten million lines of 1 KB', () => {
    const cost = monthlyCost({ ...thousandSockets, text: true });

    // Balancer 730 × $0.0225 = $16.43, 9.54 GB × $0.006 = $0.06. Tasks: 2 × 730 × (0.25 × $0.03238 + 0.5 × $0.00356) =
    // $14.42. Their addresses: 2 × 730 × $0.005 = $7.30.
    expect(spentOn(cost, 'text endpoint')).toBeCloseTo(16.43 + 0.06 + 14.42 + 7.3, 1);
  });

  test('CloudFront, by its web ACL, its rule, its secret and each connect', () => {
    const pages = { ...defaultLoad, pushes: 0, connectsPerDay: 4, hoursPerDay: 1 };
    const connects = 1_000 * 4 * (730 / 24);
    const spent = spentOn(monthlyCost({ ...pages, cloudfront: true }), 'CloudFront');

    expect(spent).toBeCloseTo(5 + 1 + 0.4 + (connects / 1e6) * 1.6, 6);
    expect(spentOn(monthlyCost(pages), 'CloudFront')).toBe(0);
  });

  test('a million stored messages of 1 KB, delivered and acknowledged', () => {
    const stored: Load = { ...nothing, users: 1_000, pushes: 1_000_000, storedShare: 1 };

    // Writes: 1 KB and its keys are 2 units, the counter, the receipt, the acknowledgement: 5 × $0.625. Reads: the
    // counter, and two of the acknowledgement: 3 × $0.125. The acknowledgement: a message $1.00, a request $0.20, 256
    // MB × 25 ms $0.0833. 0.954 GB for a day of 30.4: $0.0078.
    expect(spentOn(monthlyCost(stored), 'stored messages')).toBeCloseTo(3.125 + 0.375 + 1.2833 + 0.0078, 2);
  });

  test('a million stored messages of 1 KB to nobody, replayed to two pages each', () => {
    const stored: Load = {
      ...nothing,
      users: 1_000,
      connectionsPerUser: 2,
      pushes: 1_000_000,
      storedShare: 1,
      offlineShare: 1,
    };

    // Writes: 2 units, the counter, 2 receipts, 2 acknowledgements: 7 × $0.625. Reads: the counter, for each page 2 and
    // the log's: 7. Twice: the acknowledgement's $1.2833, a message and the end of the replay $2.00, 0.954 GB out at
    // $0.09. Storage $0.0078.
    expect(spentOn(monthlyCost(stored), 'stored messages')).toBeCloseTo(
      4.375 + 0.875 + 2 * (1.2833 + 2 + 0.0858) + 0.0078,
      2,
    );
  });

  test('a million pushes with an idempotency key, half of them stored', () => {
    const cost = (idempotentShare: number) =>
      spentOn(
        monthlyCost({ ...nothing, users: 1_000, pushes: 1_000_000, storedShare: 0.5, idempotentShare }),
        'stored messages',
      );

    // 2 writes each, and one more for those that are stored.
    expect(cost(1) - cost(0)).toBeCloseTo(2.5 * 0.625, 3);
  });
});

describe('what is billed', () => {
  test('a message is metered in steps of 32 KB, with its frame', () => {
    const messages = (sizeKb: number) =>
      quantityOf(monthlyCost({ ...thousandSockets, sizeKb }), 'webSocketMessage') -
      quantityOf(monthlyCost({ ...thousandSockets, sizeKb: 1 }), 'webSocketMessage');

    expect(messages(31)).toBeCloseTo(0, 3);
    expect(messages(32)).toBeCloseTo(10_000_000, 3);
    expect(messages(100)).toBeCloseTo(30_000_000, 3);
  });

  test('messages beyond a billion are cheaper', () => {
    const cost = monthlyCost({ ...nothing, pushes: 3_000_000_000, users: 1_000, heartbeatSeconds: 600 });
    const line = cost.lines.find(({ item }) => item === 'webSocketMessage');

    expect(line?.dollars).toBeCloseTo(1_000 + (line!.quantity / 1e6 - 1_000) * 0.8, 2);
  });

  test('messages spare pings', () => {
    const pings = (pushes: number) => spentOn(monthlyCost({ ...thousandSockets, pushes }), 'pings');

    // 12 an hour.
    expect(pings(0)).toBeCloseTo(8.76 * (2 + 0.6583 / 3), 2);
    expect(pings(10_000_000)).toBeLessThan(pings(1_000_000));
  });

  test('pages of uids with stored messages ask for them each time, which is a function and three reads; others check every third time', () => {
    const pings = (storedShare: number) =>
      spentOn(monthlyCost({ ...thousandSockets, pushes: 0, storedShare }), 'pings');

    expect(pings(0.1) - pings(0)).toBeCloseTo(8.76 * (1 - 1 / 3) * 0.6583, 2);
  });

  test('many messages in a request share the request', () => {
    const one = monthlyCost(thousandSockets);
    const hundred = monthlyCost({ ...thousandSockets, linesPerRequest: 100 });

    expect(quantityOf(one, 'functionRequest') - quantityOf(hundred, 'functionRequest')).toBeCloseTo(
      9_900_000,
      3,
    );
    expect(quantityOf(one, 'tableRead')).toBe(quantityOf(hundred, 'tableRead'));
  });

  test('a page that is open for less than a connection’s life replaces none', () => {
    const opened = (hoursPerDay: number) =>
      quantityOf(
        monthlyCost({ ...nothing, users: 1_000, connectsPerDay: 1, hoursPerDay, heartbeatSeconds: 600 }),
        'tableWrite',
      ) / 4;

    expect(opened(1.8)).toBeCloseTo((1_000 * 730) / 24, 3);
    expect(opened(1.9)).toBeCloseTo((2 * 1_000 * 730) / 24, 3);
  });

  test('free tiers are taken off each line, and none is below zero', () => {
    const list = monthlyCost({ ...defaultLoad, monitoring: true });
    const free = monthlyCost({ ...defaultLoad, monitoring: true }, true);
    const saved = (item: PricedItem) =>
      list.lines.find((line) => line.item === item)!.dollars -
      free.lines.find((line) => line.item === item)!.dollars;

    expect(saved('functionRequest')).toBeCloseTo(0.2, 6);
    expect(saved('customMetric')).toBeCloseTo(3, 6);
    expect(saved('alarm')).toBeCloseTo(1, 6);
    for (const { dollars } of free.lines) expect(dollars).toBeGreaterThanOrEqual(0);
  });

  test('the bill is what all is spent on', () => {
    const cost = monthlyCost({
      ...thousandSockets,
      broadcasts: 3,
      storedShare: 0.5,
      offlineShare: 0.2,
      idempotentShare: 0.1,
      text: true,
      monitoring: true,
    });

    const spent = cost.activities.reduce((sum, { dollars }) => sum + dollars, 0);
    expect(cost.total).toBeCloseTo(spent, 6);
  });

  test('monitoring costs its metrics, alarms, dashboard and log lines', () => {
    const without = monthlyCost(thousandSockets);
    const cost = monthlyCost({ ...thousandSockets, monitoring: true });

    // 18 × $0.30 + 37 × $0.10 + 2 × $0.50 + $3, and 8,760 counts of the table, each a request and 54 units at half,
    // $0.031. 43,800 runs of the canary: 8 requests, 0.165 GB-seconds, 12 reads, 11 writes, 4 messages and 4.2 kB of
    // lines each.
    const run = (8 * 0.2 + 0.165 * 13.3334 + 12 * 0.125 + 11 * 0.625 + 4) / 1e6 + (4_200 * 0.5) / 2 ** 30;
    expect(spentOn(cost, 'monitoring')).toBeCloseTo(5.4 + 3.7 + 1 + 3 + 0.031 + 43_800 * run, 2);
    expect(quantityOf(without, 'logIngest')).toBe(0);
    expect(quantityOf(cost, 'logIngest')).toBeGreaterThan(0);
  });
});
