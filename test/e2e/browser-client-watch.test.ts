import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createToken } from '../../client/backend/index.ts';
import { type Connection, connect, type Presence, type WatchRefused } from '../../client/browser/index.ts';
import { MemoryStorage } from '../client/browser/memory-storage.ts';
import { patience, runStack } from './running-stack.ts';

const context = { presence: 'true', presenceWatch: 'true', presenceGraceSeconds: '1' };
const stack = runStack({ identity: 'token', context });
const shortLived = runStack({ identity: 'token', context, lifetimeMs: 6_000 });
const withoutWatching = runStack({ identity: 'token', context: { presence: 'true' } });

type PageOptions = { on?: typeof stack; uid?: string; names?: readonly string[] };

/** A page whose tokens name these users; the next ones those that `claim` has then. */
async function openPage({ on = stack, uid = uidOf('page'), names = ['friend-*'] }: PageOptions = {}) {
  const { outputs, secretValue } = on.stack;
  const shown: Presence[] = [];
  const refusals: WatchRefused[] = [];
  const claim = { watch: names };
  const connection: Connection = connect({
    url: outputs.WebSocketUrl,
    credential: () => createToken({ uid, secret: secretValue(outputs.TokenSecretName!), watch: claim.watch }),
    WebSocket,
    storage: new MemoryStorage(),
  });
  connection.onpresence = (presence) => shown.push(presence);
  connection.onwatchrefused = (refused) => refusals.push(refused);
  onTestFinished(() => connection.close());
  await expect.poll(() => connection.status.state, patience).toBe('open');
  const onlineOf = (friend: string) => shown.flatMap(({ uid, online }) => (uid === friend ? [online] : []));
  return { connection, shown, refusals, claim, onlineOf };
}

const uidOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

function expectRising(shown: readonly Presence[]): void {
  const last = new Map<string, number>();
  for (const { uid, epoch } of shown) {
    expect(epoch).toBeGreaterThan(last.get(uid) ?? -1);
    last.set(uid, epoch);
  }
}

describe('a page', () => {
  test('sees its friend come and go, over a connection that is lost and all that it misses meanwhile', async () => {
    const uid = uidOf('friend');
    const { connection, shown, onlineOf } = await openPage();
    connection.watch([uid]);
    await expect.poll(() => shown, patience).toEqual([{ uid, online: false, epoch: 0 }]);
    const friend = await openPage({ uid });
    await expect.poll(() => onlineOf(uid), patience).toEqual([false, true]);

    stack.stack.gateway.killSocket(connection.connectionId!);
    friend.connection.close();
    await expect.poll(() => onlineOf(uid), patience).toEqual([false, true, false]);
    await openPage({ uid });
    await expect.poll(() => onlineOf(uid), patience).toEqual([false, true, false, true]);
    expectRising(shown);
    expect(shown.slice(1).every(({ at = '' }) => Date.parse(at) > 0)).toBe(true);
  });

  test('whose connections end again and again is shown each change once, and nothing else', async () => {
    const uid = uidOf('friend');
    const { connection, shown, onlineOf } = await openPage({ on: shortLived });
    const connectionIds = new Set<string>();
    const friends: Connection[] = [];
    connection.watch([uid]);
    await expect.poll(() => shown.length, patience).toBe(1);
    const expected = [false];
    while (connectionIds.size < 3) {
      if (friends.length > 0) friends.pop()?.close();
      else friends.push((await openPage({ on: shortLived, uid })).connection);
      expected.push(friends.length > 0);
      await expect.poll(() => onlineOf(uid), patience).toEqual(expected);
      connectionIds.add(connection.connectionId ?? '');
    }
    expectRising(shown);
  });

  test('is refused whom its token does not name, and watches the others', async () => {
    const uid = uidOf('friend');
    const { connection, shown, refusals } = await openPage();
    connection.watch(['stranger', uid]);

    await expect.poll(() => shown, patience).toEqual([{ uid, online: false, epoch: 0 }]);
    expect(refusals).toEqual([{ uids: ['stranger'], code: 'uid-not-in-token', message: expect.any(String) }]);
    expect(connection.status.state).toBe('open');
  });

  test('whose next token names one less is told so once, and watches the others', async () => {
    const [lost, kept] = [uidOf('friend'), uidOf('friend')];
    const { connection, shown, refusals, claim, onlineOf } = await openPage();
    connection.watch([lost, kept]);
    await expect.poll(() => shown.length, patience).toBe(2);
    claim.watch = [kept];
    connection.reconnect();
    await expect.poll(() => refusals.map(({ uids }) => uids), patience).toEqual([[lost]]);
    await openPage({ uid: kept });
    await openPage({ uid: lost });

    await expect.poll(() => onlineOf(kept), patience).toEqual([false, true]);
    expect(onlineOf(lost)).toEqual([false]);
    expect(refusals).toHaveLength(1);
  });

  test('is shown nothing more of one whom it watches no more', async () => {
    const [ended, other] = [uidOf('friend'), uidOf('friend')];
    const { connection, shown, onlineOf } = await openPage();
    connection.watch([ended, other]);
    await expect.poll(() => shown.length, patience).toBe(2);
    connection.unwatch([ended]);
    await openPage({ uid: ended });
    await openPage({ uid: other });

    await expect.poll(() => onlineOf(other), patience).toEqual([false, true]);
    expect(onlineOf(ended)).toEqual([false]);
  });
});

test('where pages watch nobody, the page is refused, and the connection stays open', async () => {
  const { connection, shown, refusals } = await openPage({ on: withoutWatching });
  const friend = uidOf('friend');
  connection.watch([friend]);

  await expect
    .poll(() => refusals, patience)
    .toEqual([{ uids: [friend], code: 'watching-not-deployed', message: expect.any(String) }]);
  expect(shown).toEqual([]);
  expect(connection.status.state).toBe('open');
});
