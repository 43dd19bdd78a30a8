import { SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createPushClient } from '../../client/backend/index.ts';
import { type Connection, connect } from '../../client/browser/index.ts';
import { MemoryStorage } from '../client/browser/memory-storage.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

/** Six seconds are left of each connection's two hours when it opens: the client replaces it by another. */
const stack = runStack({ identity: 'token', lifetimeMs: 6_000, context: { groups: 'true' } });
stack.faults.lateEndMs = patience.timeout;

const client = () => createPushClient({ url: stack.stack.outputs.PushUrl });

type Claims = { sub?: string; exp?: string | number; groups?: unknown };

function tokenOf({ sub = 'u1', exp = '1h', groups }: Claims, secret?: string): Promise<string> {
  const { outputs, secretValue } = stack.stack;
  return new SignJWT({ groups })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(secret ?? secretValue(outputs.TokenSecretName!)));
}

/** A tab of `uid`: the numbers of the messages that it has shown, and how many connections it has had. */
async function tabOf(uid: string, device: string) {
  const shown: number[] = [];
  const connectionIds = new Set<string>();
  const connection: Connection<{ n: number }> = connect({
    url: stack.stack.outputs.WebSocketUrl,
    credential: () => tokenOf({ sub: uid }),
    device,
    WebSocket,
    storage: new MemoryStorage(),
  });
  onTestFinished(() => connection.close());
  connection.onmessage = ({ data }) => shown.push(data.n);
  await expect.poll(() => connection.status.state, patience).toBe('open');
  const connectionsSoFar = () => {
    if (connection.connectionId !== undefined) connectionIds.add(connection.connectionId);
    return connectionIds.size;
  };
  return { shown, connectionsSoFar };
}

test('of two tabs of a uid, all but the one that acts get what it did, over replacements of that one', async () => {
  const except = 'the tab that acts';
  const [acting, other] = [await tabOf('two-tabs', except), await tabOf('two-tabs', 'the other')];
  let n = 0;
  // By HTTP and by the text port, until the connection of the tab that acts is its third.
  while (acting.connectionsSoFar() < 3) {
    const pushed = await client().push({ uid: 'two-tabs', n: n++ }, { except });
    expect(pushed.delivered).toBeGreaterThan(0);
    const line = JSON.stringify({ uids: ['two-tabs'], except, message: { n: n++ } });
    expect(await stack.answersTo(line)).toEqual(['ok']);
  }
  await client().push({ uid: 'two-tabs', n: -1 });

  await expect.poll(() => other.shown, patience).toHaveLength(n + 1);
  expect(other.shown).toEqual([...Array.from({ length: n }, (_, index) => index), -1]);
  await expect.poll(() => acting.shown, patience).toEqual([-1]);
});

/** A socket that has sent these messages, one after the other's answer. */
async function socket(...frames: (object | string)[]): Promise<QueueingClient> {
  const browser = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  onTestFinished(async () => void (await browser.close()));
  for (const frame of frames) {
    browser.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    if (typeof frame !== 'string') await browser.next();
  }
  return browser;
}

const register = async (claims: Claims, secret?: string) => ({
  action: 'register',
  token: await tokenOf(claims, secret),
});

async function answer(browser: QueueingClient, frame: object): Promise<{ type: string; code?: string }> {
  browser.send(JSON.stringify(frame));
  return JSON.parse(await browser.next());
}

test('a group has whom a backend put in and who joined, until they leave', async () => {
  const group = 'room-7';
  const [put, joined] = [
    await socket(await register({ sub: 'put' })),
    await socket(await register({ sub: 'joined', groups: ['room-*'] })),
  ];
  const { groups } = client();
  const counts = { group, gone: 0, failed: 0, excluded: 0 };
  await groups.add(group, 'put');
  expect(await answer(joined, { action: 'join', group })).toEqual({ type: 'joined', group });

  expect(await groups.push(group, '{"n":1.0}')).toEqual({ ...counts, delivered: 2 });
  expect(await put.next()).toContain('"data":{"n":1.0}');
  expect(await joined.next()).toContain('"data":{"n":1.0}');

  expect(await answer(joined, { action: 'leave', group })).toEqual({ type: 'left', group });
  const counting = `{"group":"${group}","message":{"n":2},"counts":true}`;
  expect(await stack.answersTo(counting)).toEqual([
    JSON.stringify({ group, delivered: 1, gone: 0, failed: 0, excluded: 0 }),
  ]);
  expect(await put.next()).toContain('"data":{"n":2}');

  await groups.remove(group, 'put');
  expect(await groups.push(group, { n: 3 })).toEqual({ ...counts, delivered: 0 });
  expect(await stack.answersTo(`{"group":"${group}","message":{"n":4}}`)).toEqual(['fail']);
  expect([put.waiting, joined.waiting]).toEqual([[], []]);
});

describe('a page does not come into a group that its token does not name', () => {
  const group = 'secret-room';
  const all = ['*'];
  /** Sockets that would join, and the code that each is refused with. */
  const attempts: [string, () => Promise<QueueingClient>, string][] = [
    ['with no claim', async () => socket(await register({})), 'no-groups-claim'],
    ['with a claim that is a text', async () => socket(await register({ groups: group })), 'no-groups-claim'],
    [
      'with a claim that has more than texts',
      async () => socket(await register({ groups: [group, 7] })),
      'no-groups-claim',
    ],
    ['with an empty claim', async () => socket(await register({ groups: [] })), 'group-not-in-token'],
    [
      'with patterns that nearly name it',
      async () =>
        socket(
          await register({
            groups: [
              'Secret-room',
              'secret-room ',
              'secret-roo',
              'secret-?oom',
              'secret.*m',
              'x*',
              '*x',
              '',
              '**x**',
            ],
          }),
        ),
      'group-not-in-token',
    ],
    ['before it has registered', () => socket(), 'not-registered'],
    [
      'with a token that nobody signed',
      async () => socket(await register({ groups: all }, 'another secret of thirty-two bytes')),
      'not-registered',
    ],
    [
      'with a token that has ended',
      async () => socket(await register({ groups: all, exp: Math.floor(Date.now() / 1_000) - 1 })),
      'not-registered',
    ],
    ['as a plain socket', async () => socket(await tokenOf({ groups: all })), 'not-registered'],
    [
      'when a fresh token does not name it any more',
      async () => socket(await register({ groups: all }), await register({ exp: '2h', groups: ['lobby'] })),
      'group-not-in-token',
    ],
    [
      'with the claim that another socket of its uid has',
      async () => {
        await socket(await register({ groups: all }));
        return socket(await register({ groups: ['lobby'] }));
      },
      'group-not-in-token',
    ],
  ];

  test.each(attempts)('%s', async (_, open, code) => {
    const browser = await open();
    browser.send(JSON.stringify({ action: 'join', group }));

    // Where its token was refused, the socket may be closed before this is answered.
    const outcome = await browser.next().then(
      (text) => JSON.parse(text).code,
      () => 'closed',
    );
    expect(code === 'not-registered' ? [code, 'closed'] : [code]).toContain(outcome);
    expect(await client().groups.push(group, {})).toMatchObject({ delivered: 0, gone: 0, failed: 0 });
    expect(await client().groups.members(group)).toMatchObject({ connections: 0, members: [] });
  });
});
