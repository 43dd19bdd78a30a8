import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Connection, connect, type Message, type Status } from '../../client/browser/index.ts';
import { patience, type RunningStack, runStack } from './running-stack.ts';

/**
 * Six seconds are left of each connection's two hours when it opens. A page that is late, since this machine has other
 * work, is not cut off.
 */
const stack = runStack({ lifetimeMs: 6_000 });
stack.faults.lateEndMs = patience.timeout;
/** Connections that last. */
const lasting = runStack();

/** A page that is registered as `uid`. */
function openPage(uid: string, { stack: { outputs } }: RunningStack = stack) {
  const messages: Message[] = [];
  const statuses: Status[] = [];
  const connectionIds = new Set<string>();
  const connection: Connection = connect({
    url: outputs.WebSocketUrl,
    identity: 'claimed',
    credential: () => uid,
    WebSocket,
  });
  connection.onmessage = (message) => {
    messages.push(message);
    if (connection.connectionId !== undefined) connectionIds.add(connection.connectionId);
  };
  connection.onstatus = (status) => statuses.push(status);
  onTestFinished(() => connection.close());
  return { connection, messages, statuses, connectionIds };
}

describe('a page', () => {
  test('whose connections end again and again is shown every push once, in order, and sees no error', async () => {
    const { messages, statuses, connectionIds } = openPage('lasting');
    await expect.poll(() => statuses.length, patience).toBe(1);

    const sent = await stack.pushSteadily('lasting', () => connectionIds.size === 4);

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
  const pages = Array.from({ length: 200 }, (_, index) => openPage(`crowd ${index % 20}`, lasting));
  const areOpen = () => pages.filter(({ connection }) => connection.status.state === 'open').length;
  const haveWaited = () =>
    pages.filter(({ statuses }) => statuses.some(({ state }) => state === 'waiting')).length;
  await expect.poll(areOpen).toBe(200);
  for (const id of lasting.stack.gateway.connectionIds()) lasting.stack.gateway.killSocket(id);

  await expect.poll(haveWaited).toBe(200);
  await expect.poll(areOpen).toBe(200);
});
