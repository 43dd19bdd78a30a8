import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { documentClient } from '../../lambda/aws/dynamodb.ts';
import { DynamoDbWatchTable } from '../../lambda/aws/dynamodb-watch-table.ts';
import { only } from '../../local/template/only.ts';
import type { WatchedUser } from '../../protocol/watch.ts';
import { PacedClock } from '../support/paced-clock.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { FunctionWork } from './function-work.ts';
import { patience, runStack } from './running-stack.ts';

const work = new FunctionWork();
/** Goes as the system's, and moves on where a test has killed workers. */
const queueClock = new PacedClock();
beforeAll(() => queueClock.go());
afterAll(() => queueClock.stand());
const stack = runStack({
  identity: 'token',
  queueClock,
  onActivity: work.note,
  context: { presence: 'true', presenceWatch: 'true', presenceGraceSeconds: '1' },
});

type Claims = { watch?: unknown; seconds?: number };

async function tokenOf(uid: string, { seconds = 3_600, ...claims }: Claims): Promise<string> {
  const { outputs, secretValue } = stack.stack;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(uid)
    .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
    .sign(new TextEncoder().encode(secretValue(outputs.TokenSecretName!)));
}

/** A framed page, whose token lets it watch any uid if nothing else is said. */
async function page(uid: string, claims: Claims = { watch: ['*'] }): Promise<QueueingClient> {
  const client = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  onTestFinished(async () => void (await client.close()));
  await register(client, uid, claims);
  return client;
}

async function register(client: QueueingClient, uid: string, claims: Claims): Promise<void> {
  client.send(JSON.stringify({ action: 'register', token: await tokenOf(uid, claims) }));
  expect(JSON.parse(await client.next())).toMatchObject({ type: 'registered', uid });
}

type Frame = {
  type: string;
  users: WatchedUser[];
  code?: string;
  uid?: string;
  online?: boolean;
  epoch: number;
};

const next = async (client: QueueingClient): Promise<Frame> => JSON.parse(await client.next());

async function watch(client: QueueingClient, uids: unknown): Promise<Frame> {
  client.send(JSON.stringify({ action: 'watch', uids }));
  return next(client);
}

const uidOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;
const isOnline = async (client: QueueingClient, uid: string) => (await watch(client, [uid])).users[0]?.online;

function tableOfWatchers(): DynamoDbWatchTable {
  const { tableNames, tableEndpoint } = stack.stack;
  const client = documentClient({
    endpoint: tableEndpoint,
    caller: { accessKeyId: 'local', secretAccessKey: 'local', region: 'local' },
  });
  const messages = only(
    tableNames.filter((name) => name.includes('Messages')),
    'table of messages',
  );
  return new DynamoDbWatchTable(client, messages, stack.tableName);
}

const watchersOf = async (uid: string) =>
  (await tableOfWatchers().watchersOf(uid, 1_000, undefined, Date.now())).watchers.length;

test('a page sees its friend come and go, and nothing of a second tab', async () => {
  const [me, friend] = [uidOf('me'), uidOf('friend')];
  const mine = await page(me);
  expect(await watch(mine, [friend])).toEqual({
    type: 'watching',
    users: [{ uid: friend, online: false, epoch: 0 }],
  });

  const first = await page(friend);
  const came = await next(mine);
  expect(came).toEqual({
    type: 'presence',
    uid: friend,
    online: true,
    epoch: expect.any(Number),
    at: expect.stringMatching(/Z$/),
  });
  const second = await page(friend);
  await first.close();
  await second.close();
  const left = await next(mine);
  expect(left).toMatchObject({ type: 'presence', uid: friend, online: false });
  expect(left.epoch).toBeGreaterThan(came.epoch);
  expect(mine.waiting).toEqual([]);
});

test('a page that begins to watch is shown who is there already', async () => {
  const [me, friend] = [uidOf('me'), uidOf('friend')];
  await page(friend);
  const mine = await page(me);

  await expect.poll(() => isOnline(mine, friend), patience).toBe(true);
});

test('a list takes the place of the one before, and the end of a connection that of all', async () => {
  const [me, one, other] = [uidOf('me'), uidOf('one'), uidOf('other')];
  const mine = await page(me);
  await watch(mine, [one]);
  expect((await watch(mine, [other, one, other])).users.map(({ uid }) => uid)).toEqual([other, one]);
  await watch(mine, [other]);
  await page(one);
  await page(other);
  expect(await next(mine)).toMatchObject({ uid: other, online: true });
  expect([await watchersOf(one), await watchersOf(other)]).toEqual([0, 1]);

  await mine.close();
  await expect.poll(() => watchersOf(other), patience).toBe(0);
});

test('whom a backend disconnects watches nobody any more', async () => {
  const [me, friend] = [uidOf('me'), uidOf('friend')];
  await watch(await page(me), [friend]);
  expect(await watchersOf(friend)).toBe(1);

  await stack.request('DELETE', `uids/${me}`);
  await expect.poll(() => watchersOf(friend), patience).toBe(0);
});

test('a watcher that went without a word is found by the first change', async () => {
  const [me, friend] = [uidOf('me'), uidOf('friend')];
  const mine = await page(me);
  await watch(mine, [friend]);
  stack.faults.losesDisconnect = () => true;
  const { gateway } = stack.stack;
  const myId = await idOf(me);
  mine.kill();
  await expect.poll(() => gateway.connectionIds(), patience).not.toContain(myId);
  await page(friend);

  await expect.poll(() => watchersOf(friend), patience).toBe(0);
  await expect.poll(() => stack.connectionsOf(me), patience).toBe(0);
  delete stack.faults.losesDisconnect;
});

test.each([
  ['without a claim', {}, ['friend'], 'no-watch-claim'],
  ['with a claim that is no array', { watch: '*' }, ['friend'], 'no-watch-claim'],
  ['with a claim of something else', { watch: ['*', 1] }, ['friend'], 'no-watch-claim'],
  ['of others', { watch: ['friend-*'] }, ['friend-1', 'friend'], 'uid-not-in-token'],
  ['of no uids', { watch: ['*'] }, undefined, 'unusable-uids'],
  ['of no array', { watch: ['*'] }, 'friend', 'unusable-uids'],
  ['of an empty uid', { watch: ['*'] }, ['friend', ''], 'unusable-uids'],
  ['of a number with a point', { watch: ['*'] }, [1.5], 'unusable-uids'],
  ['of over a hundred', { watch: ['*'] }, Array.from({ length: 101 }, (_, n) => n), 'unusable-uids'],
] as const)('a watch %s is refused, and the one before stays', async (_, claims, uids, code) => {
  const uid = uidOf('me');
  const mine = await page(uid, claims);
  const allowed = 'watch' in claims && Array.isArray(claims.watch) && claims.watch.length === 1;
  if (allowed) await watch(mine, ['friend-1']);

  expect(await watch(mine, uids)).toMatchObject({ type: 'refused', action: 'watch', code });
  const standing = await tableOfWatchers().listOf({ uid, connectionId: await idOf(uid) });
  expect(standing?.uids ?? []).toEqual(allowed ? ['friend-1'] : []);
});

async function idOf(uid: string): Promise<string> {
  const [connection] = await stack.table.connectionsOf(uid, Date.now());
  return connection!.connectionId;
}

test('a fresh token that does not name all of them ends the others', async () => {
  const [me, one, other] = [uidOf('me'), uidOf('one'), uidOf('other')];
  const mine = await page(me);
  await watch(mine, [one, other]);
  await register(mine, me, { watch: [other], seconds: 7_200 });
  expect(await next(mine)).toMatchObject({ type: 'watching', users: [{ uid: other }] });
  await page(one);
  await page(other);

  expect(await next(mine)).toMatchObject({ type: 'presence', uid: other });
  expect(await watchersOf(one)).toBe(0);
});

test('a page whose token has ended is shown nothing until it has a fresh one', async () => {
  const [me, one, other] = [uidOf('me'), uidOf('one'), uidOf('other')];
  const mine = await page(me, { watch: ['*'], seconds: 2 });
  const witness = await page(uidOf('witness'));
  for (const client of [mine, witness]) await watch(client, [one, other]);
  await expect.poll(() => stack.connectionsOf(me), patience).toBe(0);
  await page(one);
  expect(await next(witness)).toMatchObject({ uid: one });

  await register(mine, me, { watch: ['*'] });
  await page(other);
  expect(await next(mine)).toMatchObject({ uid: other });
});

test('a uid with more watchers than one worker posts to is shown to all', async () => {
  const [me, friend] = [uidOf('me'), uidOf('friend')];
  const mine = await page(me);
  await watch(mine, [friend]);
  const table = tableOfWatchers();
  const expiresAt = Math.ceil(Date.now() / 1_000) + 600;
  // Connections that are gone, whose names come before those of the gateway.
  const limit = pLimit(20);
  await Promise.all(
    Array.from({ length: 1_400 }, (_, index) =>
      limit(() =>
        table.writeRows(
          { uid: 'gone', connectionId: ` ${index}` },
          { put: [friend], removed: [] },
          expiresAt,
        ),
      ),
    ),
  );
  await page(friend);

  expect(await next(mine)).toMatchObject({ uid: friend, online: true });
  await expect.poll(() => watchersOf(friend), patience).toBe(1);
});

/** Kills the workers in the middle of their tasks, which others take over as soon as the queue shows these again. */
async function killWorkers(): Promise<void> {
  await stack.stack.functions.killSandboxes('UidPushPresenceWorker');
  queueClock.advance(30_000);
}

test('nothing is missing when workers are killed, whatever they were at', async () => {
  const friends = Array.from({ length: 10 }, (_, index) => uidOf(`friend${index}`));
  const mine = await page(uidOf('me'));
  await watch(mine, friends);
  const shown = new Map<string, { online: boolean; epoch: number }>();
  mine.socket.on('message', (data) => {
    const { type, uid, online, epoch } = JSON.parse(String(data));
    if (type === 'presence' && epoch > (shown.get(uid)?.epoch ?? 0)) shown.set(uid, { online, epoch });
  });
  const states = () => friends.map((friend) => shown.get(friend)?.online);

  const clients = await Promise.all(friends.map((friend) => page(friend)));
  await killWorkers();
  await expect.poll(states, patience).toEqual(friends.map(() => true));
  const atWork = work.next('UidPushPresenceWorker');
  await Promise.all(clients.map((client) => client.close()));
  await atWork;
  await killWorkers();
  await expect.poll(states, patience).toEqual(friends.map(() => false));
});
