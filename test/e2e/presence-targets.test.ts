import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import { patience, runStack } from './running-stack.ts';

/** A webhook that answers its first three events with 500. */
const posted: string[] = [];
let refusals = 3;
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  if (refusals > 0) refusals--;
  else posted.push(body);
  response.writeHead(refusals > 0 || posted.length === 0 ? 500 : 204).end();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const queueClock = new FakeClock(Date.now());
const stack = runStack({
  queueClock,
  context: {
    presence: 'true',
    presenceGraceSeconds: '1',
    presenceQueue: 'true',
    presenceEventBus: 'own',
    presenceWebhook: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
  },
});

type BusEvent = { 'detail-type': string; source: string; detail: object };

async function onBus(): Promise<BusEvent[]> {
  const response = await fetch(new URL('event-buses.json', stack.stack.outputs.PageUrl));
  const buses = (await response.json()) as Record<string, BusEvent[]>;
  return buses[stack.stack.outputs.PresenceEventBusArn!] ?? [];
}

/** Lets time pass for queues, until the webhook has taken so many events. */
async function untilPosted(count: number): Promise<void> {
  await expect
    .poll(async () => {
      queueClock.advance(1_000);
      await new Promise(setImmediate);
      return posted.length;
    }, patience)
    .toBe(count);
}

test('the queue, the bus and a webhook whose first three answers are 500 have the same events', async () => {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid: 'a user' }));
  await browser.next();
  await untilPosted(1);
  await browser.close();
  await untilPosted(2);

  const queued = await new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!).of('a user');
  expect(queued.map(({ type }) => type)).toEqual(['user.online', 'user.offline']);
  expect(posted.map((body) => JSON.parse(body))).toEqual(queued);
  expect(await onBus()).toMatchObject(
    queued.map((event) => ({ 'detail-type': event.type, source: 'uidpush', detail: event })),
  );
});
