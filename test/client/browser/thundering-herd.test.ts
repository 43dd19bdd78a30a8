import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../../client/browser/connect.ts';
import { FakeService } from './fake-service.ts';
import { aTab, MemoryStorage } from './memory-storage.ts';
import { aToken, hour } from './setting.ts';
import { SleepyClock } from './sleepy-clock.ts';

/** 200 pages that are registered at one service. */
async function herd(): Promise<{ clock: SleepyClock; service: FakeService }> {
  const clock = new SleepyClock();
  const service = new FakeService({ clock, latency: () => 20, lifeMs: 2 * hour });
  const environment = {
    WebSocket: service.WebSocket,
    clock,
    random: seededRandom(1),
    page: {},
    storage: new MemoryStorage(),
    tab: aTab(),
    reportError: () => {},
  };
  for (let page = 0; page < 200; page++) {
    const connection = connectIn(environment, { url: 'wss://push.test', credential: () => aToken });
    onTestFinished(() => connection.close());
  }
  await clock.pass(10_000);
  expect(service.registered).toHaveLength(200);
  service.attempts.length = 0;
  return { clock, service };
}

/** How many of `times` fall into each span of `spanMs` from `start` on. */
function countPerSpan(times: number[], start: number, spanMs: number): number[] {
  const counts: number[] = [];
  for (const time of times) {
    const span = Math.floor((time - start) / spanMs);
    counts[span] = (counts[span] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

test('200 pages whose gateway dies and returns at once come back spread over half a second', async () => {
  const { clock, service } = await herd();
  const died = clock.now();
  service.goDown();
  service.goUp();
  await clock.pass(600, 10);

  const counts = countPerSpan(service.attempts, died, 50);
  // Twenty are expected in each tenth of it; the last attempts fall on its very end.
  for (const count of counts.slice(0, 10)) {
    expect(count).toBeGreaterThan(8);
    expect(count).toBeLessThan(36);
  }
  expect(service.registered).toHaveLength(200);
  expect(service.attempts).toHaveLength(200);
});

test('200 pages whose gateway is dead for a minute ask it less and less, and come back spread out', async () => {
  const { clock, service } = await herd();
  const died = clock.now();
  service.goDown();
  await clock.pass(60_000, 10);
  // With waits of 15 seconds on average there are 13 attempts per second.
  const whileDead = countPerSpan(service.attempts, died, 1_000).slice(30);
  expect(Math.max(...whileDead)).toBeLessThan(35);

  service.attempts.length = 0;
  const returned = clock.now();
  service.goUp();
  await clock.pass(30_100, 10);
  expect(Math.max(...countPerSpan(service.attempts, returned, 1_000))).toBeLessThan(35);
  expect(service.registered).toHaveLength(200);
  expect(service.attempts).toHaveLength(200);
});
