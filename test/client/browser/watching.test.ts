import { expect, test } from 'vitest';
import type { RawCredential } from '../../../client/browser/options.ts';
import type { Presence } from '../../../client/browser/presence.ts';
import { pageOfAlice, Setting } from './setting.ts';

const at = '2025-11-28T03:20:00.000Z';
const user = (uid: string, epoch: number, online = true): Presence => ({ uid, online, epoch, at });
const stranger = (uid: string): Presence => ({ uid, online: false, epoch: 0 });
const watching = (...users: Presence[]) => ({ type: 'watching', users });
const presence = (uid: string, epoch: number, online = true) => ({
  type: 'presence',
  ...user(uid, epoch, online),
});
const refused = (code: string, uid?: string) => ({
  type: 'refused',
  action: 'watch',
  code,
  message: 'No.',
  uid,
});

/** The uids of each `watch` that was sent on the newest socket. */
function asked({ socket }: Setting): unknown[] {
  return socket.sent.filter(({ action }) => action === 'watch').map(({ uids }) => uids);
}

/** A page that watches `a`, which is online, on a connection that lives for 10 seconds. */
async function watcher(): Promise<Setting> {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice' });
  await setting.registered({ lifeMs: 10_000 });
  setting.connection.watch(['a']);
  setting.socket.receive(watching(user('a', 5)));
  return setting;
}

test('a page is shown how the users are whom it watches, and each change', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 3, 4n, 'a']);
  expect(asked(setting)).toEqual([['a', '3', '4']]);
  setting.socket.receive(watching(user('a', 5), stranger('3'), stranger('4')));
  setting.socket.receive(presence('3', 6));

  expect(setting.presences).toEqual([user('a', 5), stranger('3'), stranger('4'), user('3', 6)]);
});

test('a page that watches nobody sends no frame, on no connection', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch([]);
  setting.socket.drop();
  await setting.pass(10_000);
  await setting.registered();

  expect(setting.sockets.map((socket) => socket.sent.map(({ action }) => action))).toEqual([
    ['register'],
    ['register'],
  ]);
});

test('who is asked for before there is a connection is watched when it is registered, by one frame', async () => {
  const setting = new Setting();
  setting.connection.watch(['a']);
  await setting.opened();
  expect(asked(setting)).toEqual([]);
  setting.connection.onstatus = () => setting.connection.watch(['a']);
  setting.register();

  expect(asked(setting)).toEqual([['a']]);
});

test('to watch whom it watches, in any order, costs nothing', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.socket.receive(watching(stranger('a'), stranger('b')));
  setting.connection.watch(['b', 'a']);
  await setting.pass(60_000);

  expect(asked(setting)).toHaveLength(1);
});

test('frames that come twice, late or in another order are not shown', async () => {
  const setting = await watcher();
  for (const [epoch, online] of [
    [5, true],
    [7, false],
    [6, true],
    [7, false],
  ] as const) {
    setting.socket.receive(presence('a', epoch, online));
  }

  expect(setting.presences).toEqual([user('a', 5), user('a', 7, false)]);
});

test('a change that overtakes the answer is shown, and the older state in the answer is not', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.socket.receive(presence('a', 7, false));
  setting.socket.receive(watching(user('a', 5)));

  expect(setting.presences).toEqual([user('a', 7, false)]);
});

test('one frame is under way at a time, and what the page wanted last is asked for next', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.connection.unwatch(['b']);
  setting.connection.watch(['c']);
  expect(asked(setting)).toEqual([['a', 'b']]);
  setting.socket.receive(watching(user('a', 1), user('b', 1)));
  expect(asked(setting)).toEqual([['a', 'b'], ['c']]);
  setting.socket.receive(watching(user('c', 1)));

  expect(setting.presences).toEqual([user('c', 1)]);
  expect(asked(setting)).toHaveLength(2);
});

test('nobody is shown any more who is watched no more; who is watched again is shown anew', async () => {
  const setting = await watcher();
  setting.connection.unwatch(['a']);
  setting.socket.receive(presence('a', 6, false));
  setting.socket.receive(watching());
  setting.connection.watch(['a']);
  setting.socket.receive(watching(user('a', 6, false)));

  expect(asked(setting)).toEqual([['a'], [], ['a']]);
  expect(setting.presences).toEqual([user('a', 5), user('a', 6, false)]);
});

test('a page whose connection was lost watches again, and is shown only what changed meanwhile', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.socket.receive(watching(user('a', 5), user('b', 5)));
  setting.socket.drop();
  await setting.pass(10_000);
  await setting.registered();
  expect(asked(setting)).toEqual([['a', 'b']]);
  setting.socket.receive(watching(user('a', 5), user('b', 8, false)));

  expect(setting.presences).toEqual([user('a', 5), user('b', 5), user('b', 8, false)]);
});

test('during a replacement changes come by the old connection until the new one watches', async () => {
  const setting = await watcher();
  await setting.pass(9_375);
  const [old] = setting.sockets;
  await setting.registered();
  expect(setting.sockets).toHaveLength(2);
  old?.receive(presence('a', 6, false));
  setting.socket.receive(watching(user('a', 6, false)));

  expect(asked(setting)).toEqual([['a']]);
  expect(setting.presences).toEqual([user('a', 5), user('a', 6, false)]);
});

test('a connection that lost its registration watches again after the next', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.socket.receive(watching(user('a', 5)));
  await setting.pass(6_000);
  setting.socket.receive({ type: 'error', code: 'not-registered', message: '' });
  await setting.pass(0);
  setting.register();

  expect(setting.sockets).toHaveLength(1);
  expect(asked(setting)).toEqual([['a'], ['a']]);
});

test('whom the token does not name is told once, and the others are watched', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b', 'c']);
  setting.socket.receive(refused('uid-not-in-token', 'b'));
  expect(asked(setting)).toEqual([
    ['a', 'b', 'c'],
    ['a', 'c'],
  ]);
  setting.socket.receive(watching(user('a', 1), user('c', 1)));
  setting.socket.drop();
  await setting.pass(10_000);
  await setting.registered();

  expect(asked(setting)).toEqual([['a', 'c']]);
  expect(setting.watchRefusals).toEqual([{ uids: ['b'], code: 'uid-not-in-token', message: 'No.' }]);
});

test('a page that may watch nobody is told once, and asks no more', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.socket.receive(refused('no-watch-claim'));
  await setting.pass(60_000);
  setting.socket.drop();
  await setting.pass(10_000);
  await setting.registered();

  expect(setting.sockets.flatMap(({ sent }) => sent.filter(({ action }) => action === 'watch'))).toHaveLength(
    1,
  );
  expect(setting.watchRefusals).toEqual([{ uids: ['a', 'b'], code: 'no-watch-claim', message: 'No.' }]);
});

test('a token that names one less while the page is connected: it asks, and is told so', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.socket.receive(watching(user('a', 1), user('b', 1)));
  setting.socket.receive(watching(user('a', 1)));
  expect(asked(setting)).toHaveLength(2);
  setting.socket.receive(refused('uid-not-in-token', 'b'));

  expect(setting.watchRefusals.map(({ uids }) => uids)).toEqual([['b']]);
  // The service watches a already.
  expect(asked(setting)).toHaveLength(2);
});

test('the refusal of a list that is wanted no more ends nothing', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.connection.watch(['b']);
  setting.socket.receive(refused('unusable-uids'));
  setting.socket.receive(watching(user('b', 1)));

  expect(setting.watchRefusals).toEqual([]);
  expect(setting.presences).toEqual([user('b', 1)]);
});

test.each(['unavailable', undefined])(
  'a frame without an answer is sent again, three times in all: %s',
  async (code) => {
    const setting = await pageOfAlice();
    setting.connection.watch(['a']);
    if (code) setting.socket.receive(refused(code));
    await setting.pass(14_000);
    expect(asked(setting)).toHaveLength(1);
    await setting.pass(1_000);
    expect(asked(setting)).toHaveLength(2);
    await setting.pass(120_000);
    expect(asked(setting)).toHaveLength(3);
    setting.socket.receive(watching(user('a', 1)));

    expect(setting.presences).toEqual([user('a', 1)]);
    expect(setting.watchRefusals).toEqual([]);
    expect(asked(setting)).toHaveLength(3);
  },
);

test('a page that changed too often waits as long as it is told, and then asks for those that it wants', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.socket.receive({ ...refused('too-many-changes'), retryAfter: 40 });
  setting.connection.watch(['b']);
  await setting.pass(39_000);
  expect(asked(setting)).toEqual([['a']]);
  await setting.pass(11_000);
  expect(asked(setting)).toEqual([['a'], ['b']]);

  for (let time = 0; time < 9; time++) {
    setting.socket.receive({ ...refused('too-many-changes'), retryAfter: 40 });
    await setting.pass(50_000);
  }
  expect(asked(setting)).toEqual([['a'], ['b'], ['b'], ['b']]);
  expect(setting.watchRefusals).toEqual([]);
});

test.each<[string, unknown]>([
  ['no array', 'a'],
  ['what is no uid', [{}]],
  ['an empty uid', ['']],
  ['too many', Array.from({ length: 101 }, (_, n) => n)],
])('to watch %s is a mistake of the page, and changes nothing', async (_, uids) => {
  const setting = await watcher();

  expect(() => setting.connection.watch(uids as RawCredential[])).toThrow(TypeError);
  expect(asked(setting)).toHaveLength(1);
});

test('what a handler throws is reported, and the others are shown; one that closes ends it', async () => {
  const setting = await pageOfAlice();
  const { connection } = setting;
  const shown: string[] = [];
  connection.onpresence = ({ uid }) => {
    shown.push(uid);
    if (uid === 'a') throw new Error('Broken.');
    connection.close();
  };
  connection.watch(['a', 'b', 'c']);
  setting.socket.receive(watching(user('a', 1), user('b', 1), user('c', 1)));

  expect(setting.reported).toHaveLength(1);
  expect(shown).toEqual(['a', 'b']);
});

test('another list that comes while a frame is under way is not its answer', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a', 'b']);
  setting.socket.receive(watching(user('a', 1), user('b', 1)));
  setting.connection.unwatch(['b']);
  setting.socket.receive(watching(user('a', 2), user('b', 2)));
  expect(asked(setting)).toEqual([['a', 'b'], ['a']]);
  await setting.pass(15_000);

  expect(asked(setting)).toEqual([['a', 'b'], ['a'], ['a']]);
  expect(setting.presences).toEqual([user('a', 1), user('b', 1), user('a', 2)]);
});

test('an answer by the old connection does not end the frame of the new one', async () => {
  const setting = await watcher();
  await setting.pass(9_375);
  const [old] = setting.sockets;
  await setting.registered();
  old?.receive(watching(user('a', 6, false)));
  await setting.pass(15_000);

  expect(asked(setting)).toEqual([['a'], ['a']]);
});

test('after frames without an answer it is not known who is watched: who was before is asked for', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.socket.receive(watching(user('a', 5)));
  setting.connection.watch(['b']);
  await setting.pass(60_000);
  setting.connection.watch(['a']);

  expect(asked(setting)).toEqual([['a'], ['b'], ['b'], ['b'], ['a']]);
});

test('a token without the claim, after the registration was lost: the page ends what was watched, once', async () => {
  const setting = await pageOfAlice();
  setting.connection.watch(['a']);
  setting.socket.receive(watching(user('a', 5)));
  await setting.pass(6_000);
  setting.socket.receive({ type: 'error', code: 'not-registered', message: '' });
  await setting.pass(0);
  setting.register();
  setting.socket.receive(refused('no-watch-claim'));
  setting.socket.receive(refused('no-watch-claim'));
  await setting.pass(60_000);

  expect(asked(setting)).toEqual([['a'], ['a'], []]);
  expect(setting.watchRefusals.map(({ uids }) => uids)).toEqual([['a']]);
});
