import { expect, test } from 'vitest';
import type { Connection, Message } from '../../../client/browser/options.ts';
import { message, minute, pageOfAlice, replayed, type Setting, stored } from './setting.ts';
import { tokenOf } from './token-of.ts';

function acknowledged({ sockets }: Setting): (number | undefined)[] {
  return sockets.flatMap(({ sent }) => sent.filter(({ action }) => action === 'ack')).map(({ seq }) => seq);
}

function replays({ sockets }: Setting): (number | undefined)[] {
  return sockets
    .flatMap(({ sent }) => sent.filter(({ action }) => action === 'replay'))
    .map(({ since }) => since);
}

/** A page of alice whose handlers are not set yet. */
async function deafPage(options: Parameters<typeof pageOfAlice>[0] = {}, latest = 0): Promise<Setting> {
  const setting = await pageOfAlice(options, latest);
  setting.connection.onmessage = null;
  setting.connection.ongap = null;
  return setting;
}

/** The calls of its handlers from now on, as `told` of the setting. */
function listen({ connection, told }: Setting): void {
  connection.onmessage = ({ id, seq }) => told.push(seq ?? (id as never));
  connection.ongap = () => told.push('gap');
}

/** A handler whose promises the test settles, in order. */
function slowHandler() {
  const calls: { message: Message; resolve: () => void; reject: (error: Error) => void }[] = [];
  const handler = (message: Message) =>
    new Promise<void>((resolve, reject) => calls.push({ message, resolve, reject }));
  return { calls, handler, seqs: () => calls.map(({ message: { seq } }) => seq) };
}

test('messages wait for a handler that is set later, in order, stored ones and others', async () => {
  const setting = await deafPage();
  for (const frame of [stored(1), message('live'), stored(3), stored(2)]) setting.socket.receive(frame);
  await setting.pass(1_000);
  expect(acknowledged(setting)).toEqual([]);
  listen(setting);
  await setting.pass(0);
  setting.socket.receive(stored(4));

  expect(setting.told).toEqual([1, 'live', 2, 3, 4]);
  expect(acknowledged(setting)).toEqual([1, 2, 3, 4]);
});

test('while they wait nothing counts as shown: a page that is loaded again asks for it', async () => {
  const setting = await deafPage();
  for (const seq of [1, 2]) setting.socket.receive(stored(seq));
  setting.connection.close();
  const reloaded = await pageOfAlice({ storage: setting.storage }, 2);

  expect(reloaded.socket.sent[0]).toMatchObject({ since: 0 });
});

test('without a handler, the end of a replay counts nothing as shown either', async () => {
  const setting = await deafPage({}, 3);
  for (const frame of [stored(1), stored(3), replayed(3, 3)]) setting.socket.receive(frame);
  setting.connection.close();
  const reloaded = await pageOfAlice({ storage: setting.storage }, 3);

  expect(reloaded.socket.sent[0]).toMatchObject({ since: 0 });
});

test('what waits is not asked for again by a new connection, and is shown once', async () => {
  const setting = await deafPage();
  setting.socket.receive(stored(1));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 1 });
  setting.socket.receive(stored(1));
  listen(setting);
  await setting.pass(0);

  expect(setting.socket.sent[0]).toMatchObject({ since: 1 });
  expect(setting.told).toEqual([1]);
  expect(acknowledged(setting)).toEqual([1]);
});

test.each([undefined, null, 5, 'handler', {}])('%s is no handler', async (nothing) => {
  const setting = await pageOfAlice();
  setting.connection.onmessage = nothing as null;
  setting.connection.ongap = nothing as null;
  setting.connection.onstatus = nothing as null;
  setting.socket.receive(stored(1));
  setting.socket.drop();
  await setting.pass(1_000);

  expect([setting.connection.onmessage, setting.connection.ongap]).toEqual([null, null]);
  expect(setting.reported).toEqual([]);
  expect(acknowledged(setting)).toEqual([]);
});

test('of stored messages 256 wait; the others are asked for when there is room', async () => {
  const setting = await deafPage();
  for (let seq = 1; seq <= 300; seq++) setting.socket.receive(stored(seq));
  await setting.pass(4 * minute, 1_000);
  // Meanwhile they are not asked for in vain.
  expect(replays(setting)).toEqual([]);
  listen(setting);
  await setting.pass(300);
  expect(setting.told).toHaveLength(256);
  expect(replays(setting)).toEqual([256]);
  for (let seq = 257; seq <= 300; seq++) setting.socket.receive(stored(seq));
  setting.socket.receive(replayed(300, 300));

  expect(setting.told).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
});

test('a full page is tested by pings, and a replay that ends there counts no message as there', async () => {
  const setting = await deafPage({}, 300);
  for (let seq = 1; seq <= 300; seq++) setting.socket.receive(stored(seq));
  setting.socket.receive(replayed(300, 300));
  await setting.pass(5 * minute, minute);
  expect(setting.socket.sent.at(-1)).toEqual({ action: 'ping' });
  setting.socket.receive({ type: 'pong' });
  listen(setting);
  await setting.pass(300);

  expect(setting.told).toHaveLength(256);
  expect(replays(setting)).toEqual([256]);
});

test('of other messages 256 wait; those that come then are a gap', async () => {
  const setting = await deafPage();
  for (let n = 1; n <= 300; n++) setting.socket.receive(message(`${n}`));
  listen(setting);
  await setting.pass(0);
  setting.socket.receive(message('301'));

  expect(setting.told).toEqual([...Array.from({ length: 256 }, (_, n) => `${n + 1}`), 'gap', '301']);
});

test('a handler’s promise is awaited before its message is acknowledged and counts as shown', async () => {
  const setting = await pageOfAlice();
  const { calls, handler } = slowHandler();
  setting.connection.onmessage = handler;
  setting.socket.receive(stored(1));
  await setting.pass(1_000);
  expect(acknowledged(setting)).toEqual([]);
  const other = await pageOfAlice({ storage: setting.storage }, 1);
  expect(other.socket.sent[0]).toMatchObject({ since: 0 });
  calls[0]!.resolve();
  await setting.pass(0);
  const later = await pageOfAlice({ storage: setting.storage }, 1);

  expect(acknowledged(setting)).toEqual([1]);
  expect(later.socket.sent[0]).toMatchObject({ since: 1 });
});

test('the next message is passed when the promise of the one before has settled', async () => {
  const setting = await pageOfAlice();
  const { calls, handler, seqs } = slowHandler();
  setting.connection.onmessage = handler;
  for (const seq of [1, 2, 3]) setting.socket.receive(stored(seq));
  await setting.pass(0);
  expect(seqs()).toEqual([1]);
  calls[0]!.resolve();
  await setting.pass(0);
  expect(seqs()).toEqual([1, 2]);
  calls[1]!.reject(new Error('in onmessage'));
  await setting.pass(0);
  calls[2]!.resolve();
  await setting.pass(0);

  expect(seqs()).toEqual([1, 2, 3]);
  expect(acknowledged(setting)).toEqual([1, 3]);
  expect(setting.reported).toEqual([new Error('in onmessage')]);
});

test('a promise that does not settle holds messages back for 30 seconds, and is reported', async () => {
  const setting = await pageOfAlice();
  const { handler, seqs } = slowHandler();
  setting.connection.onmessage = handler;
  for (const seq of [1, 2]) setting.socket.receive(stored(seq));
  await setting.pass(29_999);
  expect(seqs()).toEqual([1]);
  await setting.pass(1);

  expect(seqs()).toEqual([1, 2]);
  expect(setting.reported).toHaveLength(1);
  expect(acknowledged(setting)).toEqual([]);
  setting.connection.close();
  expect(setting.clock.pending).toBe(0);
});

test('a message whose handler ends after the page closed was shown', async () => {
  const setting = await pageOfAlice();
  const { calls, handler, seqs } = slowHandler();
  setting.connection.onmessage = handler;
  for (const seq of [1, 2]) setting.socket.receive(stored(seq));
  setting.connection.close();
  calls[0]!.resolve();
  await setting.pass(0);
  const reloaded = await pageOfAlice({ storage: setting.storage }, 2);

  expect(seqs()).toEqual([1]);
  expect(reloaded.socket.sent[0]).toMatchObject({ since: 1 });
});

/** A page whose message 2 had expired before it came; it has no handler. */
async function pageWithGap(): Promise<Setting> {
  const setting = await deafPage();
  for (const seq of [1, 3]) setting.socket.receive(stored(seq));
  await setting.pass(300);
  for (const frame of [stored(3), replayed(3, 3, true)]) setting.socket.receive(frame);
  return setting;
}

test('a gap waits for handlers, before the messages that come after it', async () => {
  const setting = await pageWithGap();
  setting.connection.onmessage = ({ seq }) => setting.told.push(seq!);
  setting.connection.ongap = () => setting.told.push('gap');
  await setting.pass(0);

  expect(setting.told).toEqual([1, 'gap', 3]);
});

test('messages do not wait for a handler of gaps; one that is set later is called then, once', async () => {
  const setting = await pageWithGap();
  setting.connection.onmessage = ({ seq }) => setting.told.push(seq!);
  await setting.pass(1_000);
  expect(setting.told).toEqual([1, 3]);
  setting.connection.ongap = () => setting.told.push('gap');
  await setting.pass(0);
  setting.connection.ongap = () => setting.told.push('gap');
  await setting.pass(0);

  expect(setting.told).toEqual([1, 3, 'gap']);
});

test('the promise of a gap’s handler is awaited before the messages after it, and before it counts as told', async () => {
  const setting = await pageWithGap();
  let end = () => {};
  setting.connection.onmessage = ({ seq }) => setting.told.push(seq!);
  setting.connection.ongap = () => {
    setting.told.push('gap');
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  await setting.pass(0);
  expect(setting.told).toEqual([1, 'gap']);
  const other = await pageOfAlice({ storage: setting.storage }, 3);
  expect(other.socket.sent[0]).toMatchObject({ since: 1 });
  end();
  await setting.pass(0);

  expect(setting.told).toEqual([1, 'gap', 3]);
});

test.each<[string, (fail: () => never) => Partial<Connection>]>([
  ['onmessage', (fail) => ({ onmessage: async () => fail() })],
  ['ongap', (fail) => ({ ongap: async () => fail() })],
  ['onstatus', (fail) => ({ onstatus: async () => fail() })],
])('what an async %s rejects with is reported, and nothing else', async (_, handlersOf) => {
  const setting = await pageWithGap();
  const handlers = handlersOf(() => {
    throw new Error('in a handler');
  });
  listen(setting);
  Object.assign(setting.connection, handlers);
  await setting.pass(0);
  setting.socket.drop();
  await setting.pass(0);

  expect(new Set(setting.reported.map(String))).toEqual(new Set(['Error: in a handler']));
});

test('what waits for a handler is not shown to another user, and is asked for when the first is back', async () => {
  let uid = 'alice';
  const setting = await deafPage({ identity: 'token', credential: () => tokenOf({ sub: uid }) });
  for (const frame of [stored(1), message('for alice')]) setting.socket.receive(frame);
  const logIn = async (next: string, latest: number) => {
    uid = next;
    setting.connection.reconnect();
    await setting.registered({ uid, latest });
  };
  await logIn('bob', 0);
  setting.socket.receive(message('for bob'));
  listen(setting);
  await setting.pass(0);
  expect(setting.told).toEqual(['for bob']);
  await logIn('alice', 1);
  expect(setting.socket.sent[0]).toMatchObject({ since: 0 });
  for (const frame of [stored(1), replayed(1, 1)]) setting.socket.receive(frame);

  expect(setting.told).toEqual(['for bob', 1]);
});

test('a replacement that is another user’s drops what waits for a handler', async () => {
  let uid = 'alice';
  const setting = await deafPage({ identity: 'token', credential: () => tokenOf({ sub: uid }) });
  setting.socket.receive(message('for alice'));
  uid = 'bob';
  setting.goOnline();
  await setting.opened();
  setting.socket.receive(message('for bob'));
  setting.register({ uid, latest: 0 });
  listen(setting);
  await setting.pass(0);

  expect(setting.told).toEqual(['for bob']);
});

test('what came before the service refused is still shown', async () => {
  const setting = await deafPage();
  setting.socket.receive(message('1'));
  setting.socket.receive({ type: 'error', code: 'replaced', message: 'A newer one.' });
  listen(setting);
  await setting.pass(0);

  expect(setting.told).toEqual(['1']);
});
