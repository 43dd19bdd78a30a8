import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PresenceEvent } from '../../protocol/presence-event.ts';
import { PacedClock } from '../support/paced-clock.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { WebhookServer } from '../support/webhook-server.ts';
import { FunctionWork } from './function-work.ts';
import { patience, runStack } from './running-stack.ts';

const webhook = await new WebhookServer([500, 500, 500]).start();

/** Once it goes, it goes twenty times as fast as ours: waits of the webhook, 5, 10 and 20 seconds, are soon over. */
const queueClock = new PacedClock(20);

const work = new FunctionWork();
const stack = runStack({
  queueClock,
  onActivity: work.note,
  context: {
    presence: 'true',
    presenceGraceSeconds: '2',
    presenceQueue: 'true',
    presenceEventBus: 'own',
    presenceWebhook: webhook.url,
    presenceWatch: 'true',
    claimedWatch: 'true',
  },
});
let events: PresenceEvents;
beforeAll(() => {
  events = new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!);
});
afterAll(() => {
  queueClock.stand();
  webhook.stop();
});

async function tab(uid: string): Promise<QueueingClient> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid }));
  await browser.next();
  return browser;
}

/** A page that watches the uid. Returns what it has been shown since, each epoch once. */
async function friendOf(uid: string): Promise<() => boolean[]> {
  const page = await tab(`friend of ${uid}`);
  const shown = new Map<number, boolean>();
  page.socket.on('message', (data) => {
    const { type, epoch, online } = JSON.parse(String(data));
    if (type === 'presence') shown.set(epoch, online);
  });
  page.send(JSON.stringify({ action: 'watch', uids: [uid] }));
  expect(JSON.parse(await page.next())).toMatchObject({ type: 'watching', users: [{ online: false }] });
  return () => [...shown.values()];
}

/** The types of the events of a uid, each epoch once: all may come twice. */
function typesOf(uid: string, all: readonly PresenceEvent[]): string[] {
  const ofUid = all.filter((event) => event.uid === uid);
  return [...new Map(ofUid.map((event) => [event.epoch, event.type])).values()];
}

const webhookOf = (uid: string) =>
  typesOf(
    uid,
    webhook.taken.map((body) => JSON.parse(body)),
  );
const queueOf = async (uid: string) => typesOf(uid, await events.of(uid));

async function busOf(uid: string): Promise<string[]> {
  const { PageUrl, PresenceEventBusArn = '' } = stack.stack.outputs;
  const buses = await (await fetch(new URL('event-buses.json', PageUrl))).json();
  const onBus: { detail: PresenceEvent }[] = buses[PresenceEventBusArn] ?? [];
  return typesOf(
    uid,
    onBus.map(({ detail }) => detail),
  );
}

test('the first tab is an event at once, the second and a reload are none, the last that closes is one after the grace: by queue, bus, webhook and page', async () => {
  const uid = 'somebody';
  const shown = await friendOf(uid);
  const first = await tab(uid);
  // At once: it waits for no queue's time.
  await expect.poll(() => queueOf(uid), patience).toEqual(['user.online']);
  await expect.poll(() => shown(), patience).toEqual([true]);
  const second = await tab(uid);
  await first.close();
  await second.close();
  const reloaded = await tab(uid);
  // However long the reload took, it was within the grace.
  const other = 'who leaves after the reload';
  const leaving = await tab(other);
  await expect.poll(() => queueOf(other), patience).toEqual(['user.online']);
  await leaving.close();
  queueClock.go();
  const both = ['user.online', 'user.offline'];
  // Its grace began last.
  await expect.poll(() => queueOf(other), patience).toEqual(both);
  expect(await queueOf(uid)).toEqual(['user.online']);
  expect(shown()).toEqual([true]);

  const leftAt = Date.now();
  await reloaded.close();
  await expect.poll(() => queueOf(uid), patience).toEqual(both);
  const [, offline] = await events.of(uid);
  expect(Date.parse(offline!.at) - leftAt).toBeGreaterThan(1_000);
  await expect.poll(() => shown(), patience).toEqual([true, false]);
  await expect.poll(() => webhookOf(uid), patience).toEqual(both);
  await expect.poll(() => busOf(uid), patience).toEqual(both);
  expect(webhook.answers).toEqual([]);
});

test('after kill -9 of the workers in the middle nothing is missing, nowhere', async () => {
  queueClock.go();
  const uids = Array.from({ length: 8 }, (_, index) => `killed ${index}`);
  const shown = await Promise.all(uids.map(friendOf));
  const everywhere = async () =>
    Promise.all(
      uids.map(async (uid, index) => ({
        queue: await queueOf(uid),
        bus: await busOf(uid),
        webhook: webhookOf(uid),
        page: shown[index]!(),
      })),
    );
  const { functions } = stack.stack;
  const kill = () =>
    Promise.all([
      functions.killSandboxes('UidPushPresenceWorker'),
      functions.killSandboxes('UidPushPresenceWebhookWorker'),
    ]);

  const tabs = await Promise.all(uids.map(tab));
  await kill();
  const came = { queue: ['user.online'], bus: ['user.online'], webhook: ['user.online'], page: [true] };
  await expect.poll(everywhere, { ...patience, interval: 300 }).toEqual(uids.map(() => came));

  const atWork = work.next('UidPushPresenceWorker');
  await Promise.all(tabs.map((browser) => browser.close()));
  await atWork;
  await kill();
  const both = ['user.online', 'user.offline'];
  await expect
    .poll(everywhere, { ...patience, interval: 300 })
    .toEqual(uids.map(() => ({ queue: both, bus: both, webhook: both, page: [true, false] })));
});
