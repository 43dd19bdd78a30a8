import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import type { OnlinePage } from '../../protocol/answers/presence.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

const logged: string[] = [];
const stack = runStack({
  identity: 'token',
  context: { tokenAudience: 'push' },
  onLog: (_source, line) => logged.push(line),
});

/** The first of the stack: it stays valid when a test puts a second. */
let secret: string;
beforeAll(() => {
  secret = stack.stack.secretValue(tokenSecretName());
});

function tokenSecretName(): string {
  return stack.stack.outputs.TokenSecretName!;
}

/** Whole seconds since the epoch, as tokens have them. */
function inSeconds(seconds: number): number {
  return Math.ceil(Date.now() / 1_000) + seconds;
}

function claims(uid: string, others: JWTPayload = {}): JWTPayload {
  return { sub: uid, aud: 'push', exp: inSeconds(3_600), ...others };
}

function signed(payload: JWTPayload, key = secret): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(encodeUtf8(key));
}

async function answerTo(client: QueueingClient, frame: unknown): Promise<Record<string, unknown>> {
  client.send(JSON.stringify(frame));
  return JSON.parse(await client.next());
}

function register(client: QueueingClient, token: string): Promise<Record<string, unknown>> {
  return answerTo(client, { action: 'register', token });
}

/** The whole table: rows that have ended are in it too. */
async function tableText(): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: stack.stack.tableEndpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Items } = await client.send(new ScanCommand({ TableName: stack.tableName }));
  client.destroy();
  return JSON.stringify(Items);
}

function refusals(): number {
  return logged.filter((line) => line.includes('"register-refused"')).length;
}

describe('a framed socket', () => {
  test('with a good token is registered, and told as whom and until when', async () => {
    const browser = await stack.socket();
    const payload = claims('good');
    const before = Date.now();

    const registered = await register(browser, await signed(payload));

    const [connection] = await stack.table.connectionsOf('good', Date.now());
    expect(registered).toEqual({
      type: 'registered',
      uid: 'good',
      connectionId: connection!.connectionId,
      now: expect.any(Number),
      connectionExpiresAt: expect.any(Number),
      credentialExpiresAt: payload.exp! * 1_000,
      latest: 0,
    });
    const { now, connectionExpiresAt } = registered as { now: number; connectionExpiresAt: number };
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    expect(connectionExpiresAt - now).toBeLessThanOrEqual(7_200_000);
    expect(connectionExpiresAt - now).toBeGreaterThan(7_100_000);
    expect(await tableText()).toContain('uid#good');
    expect(await stack.push('{"uid":"good"}')).toEqual({ uid: 'good', delivered: 1, gone: 0, failed: 0 });
    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'message', data: { uid: 'good' } });
  });

  test.each([
    [
      'forged',
      'token-signature',
      () => signed(claims('refused'), 'made-up-secret-that-is-long-enough-for-it'),
    ],
    ['expired', 'token-expired', () => signed(claims('refused', { exp: inSeconds(-10) }))],
    ['not valid yet', 'token-not-yet-valid', () => signed(claims('refused', { nbf: inSeconds(60) }))],
    ['signed by none', 'token-algorithm', async () => new UnsecuredJWT(claims('refused')).encode()],
    ['for another audience', 'token-audience', () => signed(claims('refused', { aud: 'shop' }))],
    ['without an end', 'token-claims', () => signed({ sub: 'refused', aud: 'push' })],
    ['oversized', 'token-too-large', () => signed(claims('refused', { extra: 'x'.repeat(9_000) }))],
    ['no JWT', 'token-malformed', async () => 'three.parts.but-no-JWT'],
    ['missing', 'bad-frame', async () => undefined],
  ])('whose token is %s gets the error %s, is closed and leaves no row', async (_what, code, make) => {
    const browser = await stack.socket();
    const token = await make();

    const answer = await answerTo(browser, { action: 'register', token });

    expect(answer).toEqual({ type: 'error', code, message: expect.stringMatching(/\w/) });
    expect(await browser.closed).toMatchObject({ code: 1000 });
    expect(await tableText()).not.toContain('refused');
    expect(await stack.push('{"uid":"refused"}')).toMatchObject({ delivered: 0, gone: 0, failed: 0 });
    await expect.poll(() => logged.join('\n'), patience).toContain(`"code":"${code}"`);
    if (token) expect(logged.join('\n')).not.toContain(token.slice(-20));
  });

  test('that registers again with a fresh token of its uid stays one connection, until the fresh one ends', async () => {
    const browser = await stack.socket();
    await register(browser, await signed(claims('extends', { exp: inSeconds(60) })));
    const end = inSeconds(600);

    expect(await register(browser, await signed(claims('extends', { exp: end })))).toMatchObject({
      type: 'registered',
      credentialExpiresAt: end * 1_000,
    });
    expect(await stack.table.connectionsOf('extends', Date.now())).toEqual([
      expect.objectContaining({ expiresAt: end }),
    ]);
  });

  test('that registers again as another uid is refused and closed', async () => {
    const browser = await stack.socket();
    await register(browser, await signed(claims('first')));

    expect(await register(browser, await signed(claims('second')))).toMatchObject({
      type: 'error',
      code: 'other-uid',
    });
    expect(await browser.closed).toMatchObject({ code: 1000 });
    expect(await tableText()).not.toContain('uid#second');
  });

  test('gets no pushes after its token has ended, and all before', async () => {
    const browser = await stack.socket();
    const { credentialExpiresAt } = await register(
      browser,
      await signed(claims('ends', { exp: inSeconds(2) })),
    );

    const delivered = async () => (await stack.push('{"uid":"ends"}')).delivered;
    await expect.poll(delivered, patience).toBe(0);

    expect(Date.now()).toBeGreaterThanOrEqual(credentialExpiresAt as number);
    expect(browser.socket.readyState).toBe(browser.socket.OPEN);
  });

  test('is answered pong when it pings, registered or not', async () => {
    const browser = await stack.socket();

    expect(await answerTo(browser, { action: 'ping' })).toEqual({ type: 'pong' });
    await register(browser, await signed(claims('pings')));
    expect(await answerTo(browser, { action: 'ping' })).toEqual({ type: 'pong' });
  });
});

describe('a plain socket', () => {
  test('whose first message is a uid is nobody', async () => {
    const browser = await stack.socket();
    const before = refusals();
    browser.send('raw-uid');

    await expect.poll(refusals, patience).toBe(before + 1);
    expect(await tableText()).not.toContain('raw-uid');
    expect(await stack.push('{"uid":"raw-uid"}')).toMatchObject({ delivered: 0 });
    expect(browser.waiting).toEqual([]);
  });

  test('that is registered may send whatever it likes: that is no refused registration', async () => {
    const browser = await stack.socket();
    browser.send(await signed(claims('chatty')));
    await expect.poll(() => stack.connectionsOf('chatty'), patience).toBe(1);
    const before = refusals();
    const [row] = await stack.table.connectionsOf('chatty', Date.now());

    for (const text of ['ping', '{"type":"pong"}', await signed(claims('chatty', { exp: inSeconds(-60) }))]) {
      browser.send(text);
    }
    const stranger = await stack.socket();
    stranger.send('a refusal that comes after those');
    await expect.poll(refusals, patience).toBeGreaterThan(before);
    expect(refusals()).toBe(before + 1);
    expect(await stack.table.connectionsOf('chatty', Date.now())).toEqual([row]);
  });

  test('that sends a token with a shorter life keeps the longer one', async () => {
    const browser = await stack.socket();
    const end = inSeconds(3_600);
    await register(browser, await signed(claims('longer', { exp: end })));

    const answer = await register(browser, await signed(claims('longer', { exp: inSeconds(60) })));
    expect(answer).toMatchObject({ type: 'registered', credentialExpiresAt: end * 1_000 });
    expect(await stack.table.connectionsOf('longer', Date.now())).toMatchObject([{ expiresAt: end }]);
  });

  test('whose first message is a token is registered, and gets the text itself', async () => {
    const browser = await stack.socket();
    browser.send(await signed(claims('plain')));
    await expect.poll(() => stack.connectionsOf('plain'), patience).toBe(1);

    expect(await stack.push('{"uid":"plain", "n":1.0}')).toMatchObject({ delivered: 1 });
    expect(await browser.next()).toBe('{"uid":"plain", "n":1.0}');
  });
});

test('sockets that are not registered are not listed, and a broadcast passes them by', async () => {
  const silent = await stack.socket();
  const refused = await stack.socket();
  const before = refusals();
  refused.send('unproven');
  await expect.poll(refusals, patience).toBe(before + 1);
  const registered = await stack.socket();
  await register(registered, await signed(claims('listed')));

  const { uids } = await stack.json<OnlinePage>('GET', 'uids?limit=500');
  expect(uids).toContainEqual({ uid: 'listed', connections: 1 });
  expect(JSON.stringify(uids)).not.toContain('unproven');
  expect(await stack.json('GET', 'uids/unproven')).toMatchObject({ online: false });

  const started = await stack.request('POST', 'broadcast', { body: '"all"' });
  const { broadcast } = (await started.json()) as BroadcastAccepted;
  const status = () => stack.json<BroadcastStatus>('GET', `broadcasts/${broadcast}`);
  await expect.poll(status, patience).toMatchObject({ state: 'finished', delivered: 1, failed: 0 });
  expect(JSON.parse(await registered.next())).toMatchObject({ data: 'all' });
  expect([...silent.waiting, ...refused.waiting]).toEqual([]);
});

test('after the secret is rotated, tokens of the new one and of the one before are accepted', async () => {
  const second = 'the-second-secret-that-is-long-enough-for-HS256';
  stack.stack.putSecretValue(tokenSecretName(), second);

  // Functions that have read the secret a moment ago read it again some seconds later.
  const typeOfAnswer = async () =>
    (await register(await stack.socket(), await signed(claims('rotated'), second))).type;
  await expect.poll(typeOfAnswer, { ...patience, interval: 500 }).toBe('registered');
  expect(await register(await stack.socket(), await signed(claims('rotated')))).toMatchObject({
    type: 'registered',
  });
  expect(logged.join('\n')).not.toContain(second);
});
