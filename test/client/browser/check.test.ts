import { expect, test } from 'vitest';
import { message, minute, pageOfAlice, replayed, type Setting, stored } from './setting.ts';
import { tokenOf } from './token-of.ts';

const ping = { action: 'ping' };
const check = { action: 'check' };
const lost = { type: 'checked', registered: false };
const refusedReplay = { type: 'error', code: 'not-registered', message: 'No.' };
const registerAlice = { action: 'register', uid: 'alice', since: 0, again: true, device: 'a tab' };

/** The silence of one heartbeat, at whose end the page asks, and gets `answer`. */
async function heartbeat(setting: Setting, answer: object): Promise<void> {
  await setting.pass(5 * minute);
  setting.socket.receive(answer);
  await setting.pass(0);
}

/** A page that found out at its third heartbeat that it is not registered any more. */
async function lostPage(setting: Setting | Promise<Setting> = pageOfAlice()): Promise<Setting> {
  const page = await setting;
  for (let count = 0; count < 2; count++) await heartbeat(page, { type: 'pong' });
  await heartbeat(page, lost);
  return page;
}

test('every third heartbeat asks whether the page is still registered', async () => {
  const setting = await pageOfAlice();
  for (let count = 0; count < 2; count++) {
    await heartbeat(setting, { type: 'pong' });
    await heartbeat(setting, { type: 'pong' });
    await heartbeat(setting, { type: 'checked', registered: true, latest: 0 });
  }

  expect(setting.socket.sent.slice(1)).toEqual([ping, ping, check, ping, ping, check]);
  expect(setting.states).toEqual(['open']);
});

test('a page that is not registered any more registers again on the same socket, and is told that it may have missed pushes', async () => {
  const setting = await lostPage();
  expect(setting.socket.sent.at(-1)).toEqual(registerAlice);
  setting.register({ latest: 0 });
  setting.socket.receive(message('after'));

  expect(setting.sockets).toHaveLength(1);
  expect(setting.states).toEqual(['open', 'open']);
  expect(setting.messages.map(({ id }) => id)).toEqual(['after']);
});

test('what was stored meanwhile is asked for, and shown', async () => {
  const setting = await lostPage();
  setting.register({ latest: 2 });
  for (const seq of [1, 2]) setting.socket.receive(stored(seq));
  setting.socket.receive(replayed(2, 2));

  expect(setting.told).toEqual([1, 2]);
});

test('a page of a uid with stored messages finds out by the replay that it asks for', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(1));
  await heartbeat(setting, refusedReplay);

  expect(setting.sockets).toHaveLength(1);
  expect(setting.socket.sent.at(-1)).toEqual({ ...registerAlice, since: 1 });
  // The answer to a second replay that was on its way.
  setting.socket.receive(refusedReplay);
  setting.register({ latest: 2 });
  setting.socket.receive(stored(2));
  setting.socket.receive(replayed(2, 2));

  expect(setting.told).toEqual([1, 2]);
  expect(setting.states).toEqual(['open', 'open']);
});

test('the check tells of a first stored message whose post was lost', async () => {
  const setting = await pageOfAlice();
  for (let count = 0; count < 2; count++) await heartbeat(setting, { type: 'pong' });
  await heartbeat(setting, { type: 'checked', registered: true, latest: 1 });
  await setting.pass(1_000);

  expect(setting.socket.sent.at(-1)).toEqual({ action: 'replay', since: 0 });
});

test('registering again asks for a fresh token', async () => {
  const tokens = [1, 2].map((jti) => tokenOf({ sub: 'alice', jti }));
  const left = [...tokens];
  const setting = await lostPage(pageOfAlice({ identity: 'token', credential: () => left.shift() ?? '' }));

  expect(setting.socket.sent.at(-1)).toEqual({
    action: 'register',
    token: tokens[1],
    since: 0,
    again: true,
    device: 'a tab',
  });
});

test('a token of another user opens a connection of its own', async () => {
  const tokens = ['alice', 'bob'].map((sub) => tokenOf({ sub }));
  const left = [...tokens];
  const setting = await lostPage(pageOfAlice({ identity: 'token', credential: () => left.shift() ?? '' }));
  expect(setting.sockets).toHaveLength(2);
  await setting.registered({ uid: 'bob' });

  expect(setting.sockets[0]?.isClosed).toBe(true);
  expect(setting.statuses.at(-1)).toEqual({ state: 'open', uid: 'bob' });
});

test('without an answer to the second registration the connection is made anew', async () => {
  const setting = await lostPage();
  await setting.pass(10_000);

  expect(setting.sockets).toHaveLength(2);
  expect(setting.sockets[0]?.isClosed).toBe(true);
});

test('a page that is refused when it registers again is closed for good', async () => {
  const setting = await lostPage();
  setting.socket.receive({ type: 'error', code: 'unusable-uid', message: 'No.' });

  expect(setting.statuses.at(-1)).toMatchObject({ state: 'closed', code: 'unusable-uid' });
});

test('a registration that is lost at once is not made again without pause', async () => {
  const setting = await lostPage();
  setting.register({ latest: 1 });
  for (let count = 0; count < 3; count++) setting.socket.receive(refusedReplay);
  await setting.pass(0);
  const registrations = () => setting.socket.sent.filter((frame) => 'uid' in frame);
  expect(registrations()).toHaveLength(2);
  await setting.pass(9_000);

  expect(registrations()).toHaveLength(3);
  expect(setting.sockets).toHaveLength(1);
});

test('a connection that is being replaced is not registered again', async () => {
  const setting = await pageOfAlice();
  await heartbeat(setting, { type: 'pong' });
  await setting.pass(115 * minute - 5 * minute, minute);
  const [first] = setting.sockets;
  first!.receive(lost);
  await setting.pass(0);

  expect(first!.sent.filter((frame) => 'uid' in frame)).toHaveLength(1);
});
