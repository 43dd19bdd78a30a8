import { afterAll, expect, test } from 'vitest';
import type { PresenceEvent } from '../../protocol/presence-event.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import { WebhookServer } from '../support/webhook-server.ts';
import { patience, runStack } from './running-stack.ts';

const webhook = await new WebhookServer([500, 500, 500]).start();
afterAll(() => webhook.stop());

const queueClock = new FakeClock(Date.now());
const stack = runStack({
  queueClock,
  context: {
    presence: 'true',
    presenceGraceSeconds: '1',
    presenceQueue: 'true',
    presenceEventBus: 'own',
    presenceWebhook: webhook.url,
  },
});

type BusEvent = { 'detail-type': string; source: string; detail: object };

async function onBus(): Promise<BusEvent[]> {
  const response = await fetch(new URL('event-buses.json', stack.stack.outputs.PageUrl));
  const buses = (await response.json()) as Record<string, BusEvent[]>;
  return buses[stack.stack.outputs.PresenceEventBusArn!] ?? [];
}

/** The events that the webhook has taken, each once: one that takes long is handed to another worker, too. */
function taken(): string[] {
  return [...new Set(webhook.taken)];
}

/** Lets time pass for queues, until the webhook has taken so many events. */
async function untilPosted(count: number): Promise<void> {
  await expect
    .poll(async () => {
      queueClock.advance(1_000);
      await new Promise(setImmediate);
      return taken().length;
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

  const posted: PresenceEvent[] = taken().map((body) => JSON.parse(body));
  expect(posted.map(({ type }) => type)).toEqual(['user.online', 'user.offline']);
  const queue = new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!);
  await expect.poll(() => queue.of('a user'), patience).toEqual(posted);
  await expect
    .poll(onBus, patience)
    .toMatchObject(posted.map((event) => ({ 'detail-type': event.type, source: 'uidpush', detail: event })));
});
