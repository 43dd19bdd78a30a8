import { createHmac } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { type Delivery, WebhookServer } from '../support/webhook-server.ts';
import { FunctionWork } from './function-work.ts';
import { patience, runStack } from './running-stack.ts';

const webhook = await new WebhookServer().start();
const { answers, deliveries } = webhook;
afterAll(() => webhook.stop());

/** Of queues: a grace, and waits between attempts, are over when the test says so. */
const queueClock = new FakeClock(Date.now());
const work = new FunctionWork();
const stack = runStack({
  queueClock,
  onActivity: work.note,
  context: {
    presence: 'true',
    presenceWebhook: webhook.url,
  },
});

async function framed(uid: string): Promise<void> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid }));
  await browser.next();
}

function isSigned({ headers, body }: Delivery): boolean {
  const secret = stack.stack.secretValue(stack.stack.outputs.PresenceWebhookSecretName!);
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${signature}`);
}

test('an event is posted, signed, and again and later each time while it is refused', async () => {
  answers.push(500, 302, 500);
  await framed('posted');
  for (const [attempts, seconds] of [
    [1, 6],
    [2, 11],
    [3, 22],
  ] as const) {
    // By then the worker has said how long the event is to wait. More time than that would take it from the worker that
    // has it next.
    await expect.poll(() => work.endedOf('UidPushPresenceWebhookWorker'), patience).toBe(attempts);
    queueClock.advance(seconds * 1_000);
  }

  await expect.poll(() => deliveries.length, patience).toBe(4);
  expect(deliveries.map(isSigned)).toEqual([true, true, true, true]);
  expect(new Set(deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(deliveries[0]!.body)).toMatchObject({ type: 'user.online', uid: 'posted' });
  expect(deliveries[0]!.headers['content-type']).toBe('application/json');
});
