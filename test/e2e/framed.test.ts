import { describe, expect, test } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { type RunningStack, runStack } from './running-stack.ts';

/** A browser that is registered as `uid` and gets frames. */
async function framedBrowser(stack: RunningStack, uid: string): Promise<QueueingClient> {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid }));
  const answer = JSON.parse(await browser.next());
  expect(answer).toMatchObject({ type: 'registered', uid });
  // Claimed uids don't end.
  expect(answer).not.toHaveProperty('credentialExpiresAt');
  return browser;
}

const stack = runStack();

function framed(uid: string): Promise<QueueingClient> {
  return framedBrowser(stack, uid);
}

async function nextFrame(browser: QueueingClient): Promise<Record<string, unknown>> {
  return JSON.parse(await browser.next());
}

describe('a push to a framed socket', () => {
  test('stands in its frame verbatim', async () => {
    const browser = await framed('verbatim');
    const text = '{"uid":"verbatim" ,  "order":9007199254740993, "amount":1.0, "name":"\\u00e9 é 🚀"}';

    expect(await stack.push(text)).toEqual({ uid: 'verbatim', delivered: 1, gone: 0, failed: 0 });

    const frame = await browser.next();
    const { id } = JSON.parse(frame);
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(frame).toBe(`{"type":"message","id":"${id}","data":${text}}`);
  });

  test('has one id on all connections of its uid, and another than the next push', async () => {
    const browsers = [await framed('twice'), await framed('twice')];
    const plain = await stack.browser('twice');

    expect(await stack.push('{"uid":"twice"}')).toMatchObject({ delivered: 3 });
    expect(await stack.push('{"uid":"twice"}')).toMatchObject({ delivered: 3 });

    const [[first, second], others] = (await Promise.all(
      browsers.map(async (browser) => [(await nextFrame(browser)).id, (await nextFrame(browser)).id]),
    )) as [unknown[], unknown[]];
    expect(others).toEqual([first, second]);
    expect(first).not.toBe(second);
    expect(await plain.next()).toBe('{"uid":"twice"}');
  });

  test.each([
    ['letters', 'x'],
    ['quotes, which a part escapes', '\\"'],
    ['characters of four bytes', '🚀'],
  ])('of 131,072 bytes (%s) comes in parts that join to its exact text', async (what, filling) => {
    const uid = `big ${what}`;
    const browser = await framed(uid);
    const message = messageOfMaximalSize(uid, filling);

    expect(await stack.push(message)).toEqual({ uid, delivered: 1, gone: 0, failed: 0 });

    const first = await nextFrame(browser);
    const { id, parts } = first as { id: string; parts: number };
    const frames = [first];
    while (frames.length < parts) frames.push(await nextFrame(browser));
    expect(parts).toBeGreaterThan(1);
    expect(frames).toEqual(
      frames.map((_, part) => ({ type: 'part', id, part, parts, of: 'message', data: expect.any(String) })),
    );
    expect(frames.map(({ data }) => data).join('') === message).toBe(true);
  });
});

/** As much of `filling` as fits into a message, and letters for the rest. */
function messageOfMaximalSize(uid: string, filling: string): string {
  const start = `{"uid":"${uid}","text":"`;
  const end = '"}';
  const room = MAX_MESSAGE_BYTES - encodeUtf8(start + end).length;
  const repeated = filling.repeat(Math.floor(room / encodeUtf8(filling).length));
  return start + repeated + 'x'.repeat(room - encodeUtf8(repeated).length) + end;
}

describe('a broadcast to framed sockets', () => {
  test.each([
    ['JSON', '{"to": "all"}', { type: 'message', data: { to: 'all' } }],
    ['other text', 'to "all"\n{', { type: 'text', data: 'to "all"\n{' }],
  ])('of %s reaches them in frames, with one id', async (_what, body, frame) => {
    const browsers = [await framed('one'), await framed('two')];

    expect((await stack.request('POST', 'broadcast', { body })).status).toBe(202);

    const [first, second] = await Promise.all(browsers.map(nextFrame));
    expect(first).toEqual({ ...frame, id: expect.stringMatching(/./) });
    expect(second).toEqual(first);
  });
});

test('a framed socket that a backend disconnects is told so before it is closed', async () => {
  const browser = await framed('kicked');

  expect(await stack.json('DELETE', 'uids/kicked')).toEqual({ uid: 'kicked', closed: 1, gone: 0, failed: 0 });

  expect(await nextFrame(browser)).toMatchObject({ type: 'error', code: 'disconnected' });
  expect(await browser.closed).toMatchObject({ code: 1000 });
});

test('a framed socket with a uid that can be none gets an error and is closed', async () => {
  const browser = await stack.socket();
  browser.send('{"action":"register","uid":""}');

  expect(await nextFrame(browser)).toMatchObject({ type: 'error', code: 'unusable-uid' });
  expect(await browser.closed).toMatchObject({ code: 1000 });
});

describe('with single sessions', () => {
  const single = runStack({ context: { sessions: 'single' } });

  test('a framed socket whose uid registers anew is told that it is replaced, and closed', async () => {
    const older = await framedBrowser(single, 'u1');
    const newer = await framedBrowser(single, 'u1');

    expect(await nextFrame(older)).toMatchObject({ type: 'error', code: 'replaced' });
    expect(await older.closed).toMatchObject({ code: 1000 });
    expect(await single.push('{"uid":"u1"}')).toMatchObject({ delivered: 1 });
    expect(await nextFrame(newer)).toMatchObject({ type: 'message' });
  });
});
