import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { patience, runStack } from '../e2e/running-stack.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { codeBlocks, readDocument } from './document.ts';

const stack = runStack();
const [sample = ''] = codeBlocks(readDocument('docs/COMING_FROM_WORKERMAN.md'), 'js');
const minute = 60_000;

/** The page of the sample, whose time is the test's. */
function openPage(uid: string) {
  const clock = new FakeClock();
  const sockets: WebSocket[] = [];
  const received: string[] = [];
  class RememberedWebSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      // One that is ended before it is open.
      this.on('error', () => {});
      sockets.push(this);
    }
  }
  const listen = runInNewContext(`${sample}\nlisten;`, {
    WebSocket: RememberedWebSocket,
    setTimeout: (action: () => void, milliseconds: number) => clock.after(milliseconds, action),
    clearTimeout: (cancel?: () => void) => cancel?.(),
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
  });
  listen(
    stack.stack.outputs.WebSocketUrl,
    () => uid,
    (text: string) => received.push(text),
  );
  return { clock, sockets, received };
}

async function push(uid: string, n: number): Promise<void> {
  await expect.poll(() => stack.connectionsOf(uid), patience).toBe(1);
  expect(await stack.push(JSON.stringify({ uid, n }))).toMatchObject({ delivered: 1 });
}

test('the page has each message as it was sent', async () => {
  const { received } = openPage('listener');
  await push('listener', 1);

  await expect.poll(() => received, patience).toEqual(['{"uid":"listener","n":1}']);
});

test('it comes back within five seconds after its connection was lost', async () => {
  const { clock, sockets, received } = openPage('lost');
  await push('lost', 1);
  sockets[0]!.terminate();
  await expect.poll(() => stack.connectionsOf('lost'), patience).toBe(0);
  await expect.poll(() => clock.pending, patience).toBe(1);
  clock.advance(5_000);
  await push('lost', 2);

  await expect.poll(() => received.length, patience).toBe(2);
});

test('it asks in silence whether it is registered, and registers again when it is not', async () => {
  const { clock, sockets, received } = openPage('forgotten');
  await push('forgotten', 1);
  const [{ connectionId } = { connectionId: '' }] = await stack.table.connectionsOf('forgotten', Date.now());
  await stack.table.removeConnection('forgotten', connectionId);
  await stack.table.takeRegistration(connectionId);
  clock.advance(5 * minute);
  await push('forgotten', 2);

  await expect
    .poll(() => received, patience)
    .toEqual(['{"uid":"forgotten","n":1}', '{"uid":"forgotten","n":2}']);
  expect(sockets).toHaveLength(1);
});

test('it gives up a connection that answers nothing for ten seconds', async () => {
  const { clock, sockets } = openPage('deaf');
  await push('deaf', 1);
  sockets[0]!.send = () => {};
  clock.advance(5 * minute);
  clock.advance(10_000);
  await expect.poll(() => clock.pending, patience).toBe(1);
  clock.advance(5_000);

  expect(sockets).toHaveLength(2);
});
