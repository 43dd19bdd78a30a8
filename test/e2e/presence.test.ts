import { afterAll, beforeEach, expect, test } from 'vitest';
import type { OnlineOfUids } from '../../protocol/answers/presence.ts';
import { PacedClock } from '../support/paced-clock.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { FunctionWork } from './function-work.ts';
import { patience, runStack } from './running-stack.ts';

/** Goes as the system's, so the grace is as short as it may be; stands still where a test must be within the grace. */
const queueClock = new PacedClock();
beforeEach(() => queueClock.go());
afterAll(() => queueClock.stand());

const work = new FunctionWork();
const stack = runStack({
  queueClock,
  onActivity: work.note,
  context: { presence: 'true', presenceQueue: 'true', presenceGraceSeconds: '1' },
});

let events: PresenceEvents | undefined;

function presenceEvents(): PresenceEvents {
  events ??= new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!);
  return events;
}

async function framed(uid: string): Promise<QueueingClient> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid }));
  await browser.next();
  return browser;
}

/** Kills the workers in the middle of their tasks, which others take over as soon as the queue shows these again. */
async function killWorkers(): Promise<void> {
  await stack.stack.functions.killSandboxes('UidPushPresenceWorker');
  queueClock.advance(30_000);
}

const typesOf = (uid: string) => presenceEvents().typesOf(uid);

test('the first tab is told as online, the second not, a reload not, and the last that closes as offline', async () => {
  const uid = 'a user';
  const first = await framed(uid);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online']);
  queueClock.stand();
  const second = await framed(uid);
  await second.close();
  await first.close();
  const reloaded = await framed(uid);
  const other = 'who leaves after the reload';
  const leaving = await framed(other);
  await expect.poll(() => typesOf(other), patience).toEqual(['user.online']);
  await leaving.close();
  queueClock.go();
  // Its grace began last.
  await expect.poll(() => typesOf(other), patience).toEqual(['user.online', 'user.offline']);
  expect(await typesOf(uid)).toEqual(['user.online']);

  await reloaded.close();
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online', 'user.offline']);
  const [online, offline] = await presenceEvents().of(uid);
  expect(online).toEqual({
    type: 'user.online',
    uid,
    epoch: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    connections: 1,
  });
  expect(offline).toMatchObject({ connections: 0 });
  expect(offline!.epoch).toBeGreaterThan(online!.epoch);
});

test('a plain socket comes and goes as a framed one does', async () => {
  const uid = 'plain';
  const browser = await stack.browser(uid);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online']);

  await browser.close();
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online', 'user.offline']);
});

test('who is closed by the backend has left', async () => {
  const uid = 'kicked';
  await framed(uid);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online']);

  await stack.request('DELETE', `uids/${uid}`);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online', 'user.offline']);
});

test('who went without a word is found by the first push to a connection that is gone', async () => {
  const uid = 'lost';
  const browser = await framed(uid);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online']);
  stack.faults.losesDisconnect = () => true;
  browser.kill();
  await expect.poll(() => stack.push(JSON.stringify({ uid })), patience).toMatchObject({ gone: 1 });

  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online', 'user.offline']);
  delete stack.faults.losesDisconnect;
});

test('nothing is missing when workers are killed, whatever they were at', async () => {
  const uids = Array.from({ length: 12 }, (_, index) => `killed ${index}`);
  const browsers = await Promise.all(uids.map(framed));
  await killWorkers();
  await expect
    .poll(async () => Promise.all(uids.map(typesOf)), { ...patience, interval: 500 })
    .toEqual(uids.map(() => ['user.online']));

  const atWork = work.next('UidPushPresenceWorker');
  await Promise.all(browsers.map((browser) => browser.close()));
  await atWork;
  await killWorkers();
  await expect
    .poll(async () => Promise.all(uids.map(typesOf)), { ...patience, interval: 500 })
    .toEqual(uids.map(() => ['user.online', 'user.offline']));
});

test('who is online is answered as events say it, grace included, and by integers that are exact', async () => {
  const uid = '9007199254740993';
  const ask = async () => {
    const response = await stack.request('POST', 'presence', { body: `{"uids":["nobody",${uid},"${uid}"]}` });
    return (await response.json()) as OnlineOfUids;
  };
  expect(await ask()).toEqual({ online: [] });
  const browser = await framed(uid);
  await expect.poll(() => typesOf(uid), patience).toEqual(['user.online']);
  const [online] = await presenceEvents().of(uid);

  expect(await ask()).toEqual({ online: [{ uid, since: online!.at, epoch: online!.epoch }] });
  queueClock.stand();
  await browser.close();
  expect(await ask()).toMatchObject({ online: [{ uid }] });
  queueClock.go();
  await expect.poll(ask, patience).toEqual({ online: [] });
});
