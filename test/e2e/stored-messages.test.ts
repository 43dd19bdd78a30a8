import { describe, expect, test } from 'vitest';
import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack({ context: { textTtlSeconds: '600', maxTtlSeconds: '3600' } });

type Frame = Record<string, unknown> & { type: string };

async function nextFrame(browser: QueueingClient): Promise<Frame> {
  return JSON.parse(await browser.next());
}

/** A framed socket that has sent its registration. */
async function registering(uid: string, since?: number): Promise<QueueingClient> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid, since }));
  return browser;
}

/** Stored messages until the page's end, and the calls of its handlers. */
async function replayed(browser: QueueingClient): Promise<{ messages: Frame[]; end: Frame }> {
  const messages: Frame[] = [];
  for (;;) {
    const frame = await nextFrame(browser);
    if (frame.type !== 'message') return { messages, end: frame };
    messages.push(frame);
  }
}

function pushStored(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return stack.request('POST', 'push', { body, headers: { ttl: '600', ...headers } });
}

function statusOf(uid: string, seq: number): Promise<MessageStatus> {
  return stack.json('GET', `uids/${uid}/messages/${seq}`);
}

describe('messages that are pushed with a TTL while nobody is there', () => {
  test('come when somebody registers: all fifty, in order, verbatim, and never again', async () => {
    const uid = 'offline';
    for (let n = 1; n <= 25; n++) {
      const response = await pushStored(`{"uid":"${uid}", "n":${n}}`);
      expect(response.headers.get('ttl')).toBe('600');
      expect(await response.json()).toEqual({ uid, delivered: 0, gone: 0, failed: 0, seq: n, stored: true });
    }
    const lines = Array.from({ length: 25 }, (_, index) => `{"uid":"${uid}", "n":${index + 26}}`);
    expect(await stack.answersTo(...lines)).toEqual(lines.map(() => 'ok'));

    const browser = await registering(uid, 0);
    expect(await nextFrame(browser)).toMatchObject({ type: 'registered', uid, latest: 50 });
    const { messages, end } = await replayed(browser);
    expect(messages.map(({ seq, data }) => [seq, data])).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, { uid, n: index + 1 }]),
    );
    expect(end).toEqual({ type: 'replayed', through: 50, latest: 50 });

    const again = await registering(uid, 50);
    expect(await nextFrame(again)).toMatchObject({ type: 'registered', latest: 50 });
    again.send('{"action":"replay","since":50}');
    expect(await nextFrame(again)).toEqual({ type: 'replayed', through: 50, latest: 50 });
  });

  test('come in pages of a hundred', async () => {
    const body = Array.from({ length: 130 }, (_, n) => `{"uid":"pages","n":${n}}`).join('\n');
    await pushStored(body, { 'content-type': 'application/x-ndjson' });

    const browser = await registering('pages', 0);
    await nextFrame(browser);
    const first = await replayed(browser);
    expect(first.messages).toHaveLength(100);
    expect(first.end).toEqual({ type: 'replayed', through: 100, latest: 130 });
    browser.send('{"action":"replay","since":100}');
    const second = await replayed(browser);
    expect(second.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 101));
    expect(second.end).toEqual({ type: 'replayed', through: 130, latest: 130 });
  });

  test('don’t come to whoever says no since, and live ones then have their number', async () => {
    await pushStored('{"uid":"live"}');
    const browser = await registering('live');
    expect(await nextFrame(browser)).toMatchObject({ type: 'registered', latest: 1 });

    expect(await (await pushStored('{"uid":"live","n":2}')).json()).toMatchObject({ delivered: 1, seq: 2 });
    expect(await browser.next()).toMatch(
      /^\{"type":"message","id":"[\da-f-]{36}","seq":2,"data":\{"uid":"live","n":2\}\}$/,
    );
    await stack.push('{"uid":"live","n":3}');
    expect(await browser.next()).toMatch(
      /^\{"type":"message","id":"[\da-f-]{36}","data":\{"uid":"live","n":3\}\}$/,
    );
  });

  test('that have expired are not replayed, and the client is told that it missed some', async () => {
    const response = await pushStored('{"uid":"gap","n":1}', { ttl: '1' });
    expect(await response.json()).toMatchObject({ seq: 1 });
    await pushStored('{"uid":"gap","n":2}');
    await expect.poll(async () => (await statusOf('gap', 1)).state, patience).toBe('expired');

    const browser = await registering('gap', 0);
    await nextFrame(browser);
    const { messages, end } = await replayed(browser);
    expect(messages.map(({ seq }) => seq)).toEqual([2]);
    expect(end).toEqual({ type: 'replayed', through: 2, latest: 2, gap: true });
    expect(await statusOf('gap', 1)).toEqual({ uid: 'gap', seq: 1, state: 'expired' });
  });

  test('are numbered anew after the table was lost: a client that knows more gets all, with a gap', async () => {
    await pushStored('{"uid":"anew"}');
    const browser = await registering('anew', 99);
    expect(await nextFrame(browser)).toMatchObject({ type: 'registered', latest: 1 });

    expect(await replayed(browser)).toMatchObject({
      messages: [{ seq: 1 }],
      end: { type: 'replayed', through: 1, latest: 1, gap: true },
    });
  });

  test('are kept no longer than the deployment allows', async () => {
    const response = await pushStored('{"uid":"long"}', { ttl: '999999999' });

    expect(response.headers.get('ttl')).toBe('3600');
  });
});

describe('a stored message', () => {
  test('is stored, then delivered, then acknowledged', async () => {
    await pushStored('{"uid":"receipt"}');
    const stored = await statusOf('receipt', 1);
    expect(stored).toEqual({
      uid: 'receipt',
      seq: 1,
      state: 'stored',
      storedAt: expect.any(String),
      expiresAt: expect.any(String),
    });

    const browser = await registering('receipt', 0);
    await nextFrame(browser);
    await replayed(browser);
    await expect.poll(() => statusOf('receipt', 1), patience).toMatchObject({ state: 'delivered' });

    browser.send('{"action":"ack","seq":1}');
    await expect
      .poll(() => statusOf('receipt', 1), patience)
      .toEqual({
        ...stored,
        state: 'acknowledged',
        deliveredAt: expect.any(String),
        acknowledgedAt: expect.any(String),
      });
  });

  test('can be taken back, and is replayed to nobody then, without a gap', async () => {
    await pushStored('{"uid":"back","n":1}');
    await pushStored('{"uid":"back","n":2}');
    expect(await stack.json('DELETE', 'uids/back/messages/1')).toMatchObject({ seq: 1, state: 'deleted' });
    expect(await stack.json('DELETE', 'uids/back/messages/1')).toMatchObject({ seq: 1, state: 'deleted' });
    expect(await statusOf('back', 1)).toMatchObject({ state: 'deleted' });
    expect(await stack.json('DELETE', 'uids/back/messages/3')).toMatchObject({ code: 'unknown-message' });

    const browser = await registering('back', 0);
    await nextFrame(browser);
    expect(await replayed(browser)).toMatchObject({
      messages: [{ seq: 2 }],
      end: { type: 'replayed', through: 2, latest: 2 },
    });
  });

  test('can be acknowledged by its own uid alone', async () => {
    await pushStored('{"uid":"mine"}');
    const browser = await registering('other');
    await nextFrame(browser);
    browser.send('{"action":"ack","seq":1}');
    browser.send('{"action":"ack","seq":"1"}');
    browser.send('{"action":"replay","since":0}');

    expect(await nextFrame(browser)).toEqual({ type: 'replayed', through: 0, latest: 0 });
    expect(await statusOf('mine', 1)).toMatchObject({ state: 'stored' });
  });
});

describe('a replay', () => {
  test('is for whoever is registered; the socket of another stays open', async () => {
    const browser = await stack.socket();
    browser.send('{"action":"replay","since":0}');
    expect(await nextFrame(browser)).toMatchObject({ type: 'error', code: 'not-registered' });

    browser.send('{"action":"register","uid":"late"}');
    expect(await nextFrame(browser)).toMatchObject({ type: 'registered', latest: 0 });
  });

  test('is not for plain sockets, which understand no frames', async () => {
    const browser = await stack.browser('plain');
    browser.send('{"action":"replay","since":0}');

    expect(await nextFrame(browser)).toMatchObject({ type: 'error', code: 'not-registered' });
  });

  test.each(['{"action":"replay"}', '{"action":"register","uid":"bad","since":-1}'])(
    'with a since that is no number is a bad frame: %s',
    async (frame) => {
      const browser = await stack.socket();
      browser.send(frame);

      expect(await nextFrame(browser)).toMatchObject({ type: 'error', code: 'bad-frame' });
      expect(await browser.closed).toMatchObject({ code: 1000 });
    },
  );
});

describe('ten requests at once with one idempotency key', () => {
  test.each([
    ['stored', { ttl: '600' }],
    ['not stored', { ttl: '0' }],
  ])('are one delivery and ten equal answers, %s', async (uid, headers) => {
    const browser = await registering(uid);
    await nextFrame(browser);
    const push = () => pushStored(`{"uid":"${uid}"}`, { ...headers, 'idempotency-key': 'k1' });
    const responses = await Promise.all(Array.from({ length: 10 }, push));
    const answers = await Promise.all(responses.map((response) => response.text()));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ uid, delivered: 1 });
    expect(await nextFrame(browser)).toMatchObject({ type: 'message' });
    browser.send('{"action":"ping"}');
    expect(await nextFrame(browser)).toEqual({ type: 'pong' });

    const other = await pushStored(`{"uid":"${uid}","other":1}`, { ...headers, 'idempotency-key': 'k1' });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'idempotency-key-reused' });
  });
});
