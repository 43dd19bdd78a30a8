import { expect, test } from 'vitest';
import { createPushClient } from '../../client/backend/push-client.ts';
import type { Message } from '../../client/browser/index.ts';
import { openClient } from './open-client.ts';
import { patience, runStack } from './running-stack.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

const logged: Record<string, unknown>[] = [];
const stack = runStack({
  context: { tracing: 'true', logLevel: 'debug' },
  onLog: (_source, line) => {
    if (line.startsWith('{')) logged.push(JSON.parse(line));
  },
});

/** A registered page, and what it gets. */
async function openPage(uid: string): Promise<Message[]> {
  const messages: Message[] = [];
  const onmessage = (message: Message) => messages.push(message);
  await openClient(stack.stack.outputs.WebSocketUrl, uid, { onmessage });
  return messages;
}

function events(id: string): unknown[] {
  return logged.filter((line) => line.traceId === id).map(({ event }) => event);
}

test('a push of a trace is found by it in the log, up to each post, and the page learns of it', async () => {
  const messages = await openPage('traced');
  const client = createPushClient({ url: stack.stack.outputs.PushUrl });
  await client.push({ uid: 'traced', n: 1 }, { traceparent });
  await client.push({ uid: 'traced', n: 2 }, { traceparent, ttlSeconds: 60 });
  await client.push({ uid: 'traced', text: 'x'.repeat(131_000) }, { traceparent });
  await client.push({ uid: 'traced', n: 4 });

  await expect.poll(() => messages.length, patience).toBe(4);
  expect(messages.map((message) => message.traceparent)).toEqual([
    traceparent,
    traceparent,
    traceparent,
    undefined,
  ]);
  expect(messages[0]!.text).toBe('{"uid":"traced","n":1}');
  await expect.poll(() => events(traceId), patience).toEqual(expect.arrayContaining(['post', 'request']));
});

test('a broadcast’s trace goes through its queue', async () => {
  const messages = await openPage('hears all');
  const ofBroadcast = traceparent.replace(traceId, `1${traceId.slice(1)}`);
  const client = createPushClient({ url: stack.stack.outputs.PushUrl });
  await client.broadcast('{"notice":1}', { traceparent: ofBroadcast });

  await expect.poll(() => messages.map((message) => message.traceparent), patience).toEqual([ofBroadcast]);
  await expect.poll(() => events(`1${traceId.slice(1)}`), patience).toContain('post');
});

test('a line has no header, so its request begins a trace', async () => {
  const messages = await openPage('hears lines');
  expect(await stack.answersTo('{"uid":"hears lines"}')).toEqual(['ok']);

  // The broadcast of the test before may come, too.
  const line = () => messages.find(({ text }) => text === '{"uid":"hears lines"}');
  await expect.poll(() => line()?.traceparent, patience).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test.each(['00-1-2-3', `${traceparent}"}`, ''])(
  'what is no traceparent (%s) is passed over',
  async (header) => {
    const messages = await openPage('untraced');
    await stack.request('POST', 'push', {
      body: '{"uid":"untraced"}',
      headers: { traceparent: header },
    });

    const pushed = () => messages.find(({ text }) => text === '{"uid":"untraced"}');
    await expect.poll(pushed, patience).toBeDefined();
    expect(pushed()).not.toHaveProperty('traceparent');
  },
);

test('plain pages get the message as it is', async () => {
  const browser = await stack.browser('plain and traced');
  await stack.request('POST', 'push', { body: '{"uid":"plain and traced"}', headers: { traceparent } });

  expect(await browser.next()).toBe('{"uid":"plain and traced"}');
});
