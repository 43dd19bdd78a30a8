import { expect, test } from 'vitest';
import { message, minute, pageOfAlice, replayed, Setting, stored } from './setting.ts';

function askedSince(setting: Setting): (number | undefined)[] {
  return setting.socket.sent.filter(({ action }) => action === 'replay').map(({ since }) => since);
}

test('a message’s number is shown with it; one that is not stored has none', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.socket.receive(message('live'));
  const parts = ['{"uid":', '"alice"}'];
  for (const [part, data] of parts.entries()) {
    setting.socket.receive({ type: 'part', id: 'long', seq: 2, part, parts: 2, of: 'message', data });
  }

  expect(setting.messages.map(({ id, seq }) => [id, seq])).toEqual([
    ['push-1', 1],
    ['live', undefined],
    ['long', 2],
  ]);
});

test('a new page asks for all that is stored, in every page of it, and shows it in order', async () => {
  const setting = await pageOfAlice({}, 4);
  expect(setting.socket.sent).toEqual([{ action: 'register', uid: 'alice', since: 0, device: 'a tab' }]);
  for (const frame of [stored(1), stored(2), replayed(2, 4)]) setting.socket.receive(frame);
  expect(askedSince(setting)).toEqual([2]);
  for (const frame of [stored(3), stored(4), replayed(4, 4)]) setting.socket.receive(frame);
  await setting.pass(1_000);

  expect(setting.told).toEqual([1, 2, 3, 4]);
  expect(askedSince(setting)).toEqual([2]);
});

test('what had expired before the first visit is no gap', async () => {
  const setting = await pageOfAlice({}, 4);
  for (const frame of [stored(2), stored(4), replayed(4, 4, true)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([2, 4]);
});

test('a page that comes back asks for what is newer than the last it has shown', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 2 });
  expect(setting.socket.sent[0]).toMatchObject({ since: 1 });
  for (const frame of [stored(2), replayed(2, 2)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([1, 2]);
});

test('what expired while it was away is told of once, before what comes after it', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 6 });
  for (const frame of [stored(3), stored(5), replayed(6, 6, true)]) setting.socket.receive(frame);
  setting.socket.receive(stored(7));

  expect(setting.told).toEqual([1, 'gap', 3, 5, 7]);
});

test('a message that was taken back is passed over without a gap', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(2));
  await setting.pass(300);
  for (const frame of [stored(2), replayed(2, 2)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([2]);
});

test('what was held back is shown in order with the end of the replay, and what follows right on it too', async () => {
  const setting = await pageOfAlice();
  for (const seq of [6, 4, 3]) setting.socket.receive(stored(seq));
  await setting.pass(300);
  setting.socket.receive(replayed(5, 6, true));

  expect(setting.told).toEqual(['gap', 3, 4, 6]);
});

test('a page that comes back while a message is missing asks from there on', async () => {
  const setting = await pageOfAlice();
  for (const seq of [1, 3]) setting.socket.receive(stored(seq));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 3 });
  expect(setting.socket.sent).toEqual([{ action: 'register', uid: 'alice', since: 1, device: 'a tab' }]);
  for (const frame of [stored(2), stored(3), replayed(3, 3)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([1, 2, 3]);
});

test('an expired message that this page has shown is no gap', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.socket.receive(stored(3));
  await setting.pass(300);
  setting.socket.receive(stored(2));
  setting.socket.receive(replayed(3, 3, true));

  expect(setting.told).toEqual([1, 2, 3]);
});

test('messages that overtake each other are put in order, and no replay is asked for', async () => {
  const setting = await pageOfAlice();
  for (const seq of [3, 1, 3, 2, 1]) setting.socket.receive(stored(seq));
  await setting.pass(1_000);

  expect(setting.told).toEqual([1, 2, 3]);
  expect(askedSince(setting)).toEqual([]);
});

test('a message that does not come for 300 ms is asked for, again after 10 seconds without an answer', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  setting.socket.receive(stored(3));
  await setting.pass(299, 1);
  expect(askedSince(setting)).toEqual([]);
  await setting.pass(1);
  expect(askedSince(setting)).toEqual([1]);
  await setting.pass(9_500);
  expect(askedSince(setting)).toEqual([1]);
  await setting.pass(1_000);
  expect(askedSince(setting)).toEqual([1, 1]);
  for (const frame of [stored(2), stored(3), replayed(3, 3)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([1, 2, 3]);
});

test('a message that is known of, but did not come with the answer to register, is asked for', async () => {
  const setting = await pageOfAlice({}, 2);
  setting.socket.receive(replayed(1, 2));
  setting.socket.receive(stored(1));
  await setting.pass(300);

  expect(askedSince(setting)).toEqual([1]);
});

test('a replay that begins later than what was shown is not believed', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(replayed(5, 5));
  setting.socket.receive(stored(1));

  expect(setting.told).toEqual([1]);
});

test('of messages that come too early 256 are held back; the others are asked for again', async () => {
  const setting = await pageOfAlice();
  for (let seq = 2; seq <= 300; seq++) setting.socket.receive(stored(seq));
  await setting.pass(300);
  // The first has expired.
  for (let seq = 2; seq <= 300; seq++) setting.socket.receive(stored(seq));
  setting.socket.receive(replayed(300, 300, true));
  expect(setting.told).toEqual(['gap', ...Array.from({ length: 256 }, (_, index) => index + 2)]);
  expect(askedSince(setting)).toEqual([0, 257]);
  for (let seq = 258; seq <= 300; seq++) setting.socket.receive(stored(seq));
  setting.socket.receive(replayed(300, 300));

  expect(setting.told).toHaveLength(300);
  expect(setting.told.at(-1)).toBe(300);
});

test('a push that comes with two numbers is shown once', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1, 'same'));
  setting.socket.receive(stored(2, 'same'));
  setting.socket.receive(stored(3));

  expect(setting.told).toEqual([1, 3]);
});

test('the heartbeat of a uid with stored messages asks for newer ones, and heals what got lost', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  await setting.pass(5 * minute, minute);
  expect(setting.socket.sent.slice(-1)).toEqual([{ action: 'replay', since: 1 }]);
  for (const frame of [stored(2), replayed(2, 2)]) setting.socket.receive(frame);
  await setting.pass(11_000);

  expect(setting.told).toEqual([1, 2]);
  expect(setting.states).toEqual(['open']);
});

test('the heartbeat of a uid without stored messages stays a ping', async () => {
  const setting = await pageOfAlice();
  await setting.pass(5 * minute, minute);

  expect(setting.socket.sent.slice(1)).toEqual([{ action: 'ping' }]);
});

test('numbers that are given anew are told of as a gap, and shown from the first on', async () => {
  const setting = await pageOfAlice({}, 0);
  for (let seq = 1; seq <= 5; seq++) setting.socket.receive(stored(seq, `old-${seq}`));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 2 });
  for (const frame of [stored(1), stored(2), replayed(2, 2, true)]) setting.socket.receive(frame);
  setting.socket.receive(stored(3));

  expect(setting.told).toEqual([1, 2, 3, 4, 5, 'gap', 1, 2, 3]);
});

test('numbers that are given anew while it is open are found out by the heartbeat', async () => {
  const setting = await pageOfAlice();
  for (let seq = 1; seq <= 5; seq++) setting.socket.receive(stored(seq, `old-${seq}`));
  await setting.pass(5 * minute, minute);
  for (const frame of [stored(1), replayed(1, 1, true)]) setting.socket.receive(frame);
  await setting.pass(300);
  expect(askedSince(setting)).toEqual([5, 0]);
  for (const frame of [stored(1), replayed(1, 1)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([1, 2, 3, 4, 5, 'gap', 1]);
});

/** A page with two sockets: the old one, and its replacement that has not registered yet. */
async function beingReplaced(): Promise<Setting> {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice' });
  await setting.registered({ lifeMs: 10_000, latest: 0 });
  await setting.pass(9_375);
  await setting.opened();
  return setting;
}

test('while a connection is replaced, messages of both sockets are shown once and in order', async () => {
  const setting = await beingReplaced();
  const [old, replacement] = setting.sockets;
  replacement!.receive(stored(2));
  old!.receive(stored(1));
  setting.register({ lifeMs: 10_000, latest: 2 });
  for (const frame of [stored(1), stored(2), replayed(2, 2)]) replacement!.receive(frame);
  old!.receive(stored(4));
  replacement!.receive(stored(3));
  replacement!.receive(stored(4));
  await setting.pass(1_000);

  expect(setting.told).toEqual([1, 2, 3, 4]);
  expect(askedSince(setting)).toEqual([]);
});

test('a replay that the old socket was in the middle of goes on on the new one', async () => {
  const setting = await beingReplaced();
  const [old, replacement] = setting.sockets;
  old!.receive(stored(1));
  setting.register({ lifeMs: 10_000, latest: 3 });
  old!.drop();
  for (const frame of [stored(1), stored(2), stored(3), replayed(3, 3)]) replacement!.receive(frame);

  expect(setting.told).toEqual([1, 2, 3]);
});

test('a connection that the service has forgotten registers again', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive({ type: 'error', code: 'not-registered', message: 'No.' });

  await setting.pass(5_000);

  expect(setting.sockets).toHaveLength(1);
  expect(setting.socket.sent.slice(1)).toEqual([
    { action: 'register', uid: 'alice', since: 0, again: true, device: 'a tab' },
  ]);
});
