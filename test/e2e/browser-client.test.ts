import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Connection, connect, type Message, type Status } from '../../client/browser/index.ts';
import { patience, runStack } from './running-stack.ts';

/** Ten seconds are left of each connection's two hours when it opens. */
const stack = runStack({ lifetimeMs: 10_000 });

/** A page that is registered as `uid`. */
function openPage(uid: string) {
  const messages: Message[] = [];
  const statuses: Status[] = [];
  const connection: Connection = connect({
    url: stack.stack.outputs.WebSocketUrl,
    identity: 'claimed',
    credential: () => uid,
    WebSocket,
  });
  connection.onmessage = (message) => messages.push(message);
  connection.onstatus = (status) => statuses.push(status);
  onTestFinished(() => connection.close());
  return { connection, messages, statuses };
}

describe('a page', () => {
  test('whose connections end again and again is shown every push once, in order, and sees no error', async () => {
    const { messages, statuses } = openPage('lasting');
    await expect.poll(() => statuses.length, patience).toBe(1);

    const sent = 20 * 35;
    await stack.pushSteadily('lasting', sent);

    await expect.poll(() => messages.length, patience).toBe(sent);
    expect(messages.map(({ data }) => (data as { n: number }).n)).toEqual(
      Array.from({ length: sent }, (_, n) => n),
    );
    expect(statuses).toEqual([{ state: 'open', uid: 'lasting' }]);
  });

  test('that is kicked stops, and is told why', async () => {
    const { statuses } = openPage('kicked');
    await expect.poll(() => statuses.length, patience).toBe(1);
    await stack.json('DELETE', 'uids/kicked');

    await expect
      .poll(() => statuses.at(-1), patience)
      .toMatchObject({ state: 'closed', reason: 'refused', code: 'disconnected' });
  });

  test('is shown a message of the largest size', async () => {
    const { messages, statuses } = openPage('large');
    await expect.poll(() => statuses.length, patience).toBe(1);
    const start = '{"uid":"large","x":"';
    const text = `${start}${'x'.repeat(131_072 - start.length - 2)}"}`;

    expect(await stack.push(text)).toMatchObject({ delivered: 1 });
    await expect.poll(() => messages.length, patience).toBe(1);
    expect(messages[0]!.text).toBe(text);
  });
});

test('200 pages whose sockets all die at once are all registered again', async () => {
  const pages = Array.from({ length: 200 }, (_, index) => openPage(`crowd ${index % 20}`));
  const areOpen = () => pages.filter(({ connection }) => connection.status.state === 'open').length;
  await expect.poll(areOpen).toBe(200);
  for (const id of stack.stack.gateway.connectionIds()) stack.stack.gateway.killSocket(id);
  await expect.poll(areOpen).toBeLessThan(200);

  await expect.poll(areOpen).toBe(200);
  for (const { statuses } of pages) expect(statuses.map(({ state }) => state)).toContain('waiting');
});
