import { expect, test } from 'vitest';
import type { BroadcastAccepted } from '../../protocol/answers/broadcasts.ts';
import type { OnlinePage } from '../../protocol/answers/presence.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { patience, runStack } from './running-stack.ts';

const lines: Record<string, unknown>[] = [];
const scheduleClock = new FakeClock();
const stack = runStack({
  // The canary connects, registers and pushes too.
  context: { monitoring: 'true', canary: 'false' },
  scheduleClock,
  onLog: (_source, line) => {
    if (line.includes('CloudWatchMetrics')) lines.push(JSON.parse(line));
  },
});

/** The sum of a metric's values so far. */
function sumOf(name: string): number {
  return lines.reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
}

test('registrations and disconnections are counted', async () => {
  const browser = await stack.browser('leaves');
  await stack.browser('stays');
  await browser.close();

  await expect.poll(() => sumOf('Registrations'), patience).toBe(2);
  await expect.poll(() => sumOf('Disconnections'), patience).toBeGreaterThanOrEqual(1);
});

test('pushes are counted by what became of their posts, over HTTP and TCP alike', async () => {
  await stack.browser('u1');
  const before = sumOf('PushesDelivered');
  await stack.push('{"uid":"u1"}');
  expect(await stack.answersTo('{"uid":"u1"}', '{"uid":"nobody"}')).toEqual(['ok', 'fail']);

  await expect.poll(() => sumOf('PushesDelivered') - before, patience).toBe(2);
  await expect.poll(() => sumOf('PushesOffline'), patience).toBe(1);
});

test('the posts of broadcasts are counted', async () => {
  const browser = await stack.browser('everybody');
  const response = await stack.request('POST', 'broadcast', { body: 'hello' });
  expect(((await response.json()) as BroadcastAccepted).broadcast).toBeDefined();
  await browser.next();

  await expect.poll(() => sumOf('BroadcastDelivered'), patience).toBeGreaterThanOrEqual(1);
});

test('open connections are counted every five minutes', async () => {
  for (const uid of ['a', 'b', 'b']) await stack.browser(uid);
  const online = async () => {
    const { uids } = await stack.json<OnlinePage>('GET', 'uids');
    return uids.reduce((sum, { connections }) => sum + connections, 0);
  };
  // Those of the tests before are forgotten a moment after they closed.
  const open = 3;
  await expect.poll(online, patience).toBe(open);

  scheduleClock.advance(5 * 60_000);
  await expect.poll(() => sumOf('OpenConnections'), patience).toBe(open);
});

test('every metric is this service’s', () => {
  expect(new Set(lines.map(({ Service }) => Service))).toEqual(new Set(['uidpush/UidPush']));
});
