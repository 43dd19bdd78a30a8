import { expect, test } from 'vitest';
import type { SeenStorage } from '../../../client/browser/last-seen.ts';
import { MemoryStorage } from './memory-storage.ts';
import { aToken, pageOfAlice, replayed, Setting, stored } from './setting.ts';
import { tokenOf } from './token-of.ts';

test('a page that is loaded again asks only for what is newer, and shows nothing twice', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage });
  for (const seq of [1, 2]) first.socket.receive(stored(seq));
  first.connection.close();
  const second = await pageOfAlice({ storage }, 2);
  second.socket.receive(stored(2));
  second.socket.receive(stored(3));

  expect(second.socket.sent[0]).toMatchObject({ since: 2 });
  expect(second.told).toEqual([3]);
});

test('a page that is loaded again in the middle of a replay goes on where it was', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage }, 4);
  for (const seq of [1, 2, 4]) first.socket.receive(stored(seq));
  first.connection.close();
  const second = await pageOfAlice({ storage }, 4);
  for (const frame of [stored(3), stored(4), replayed(4, 4)]) second.socket.receive(frame);

  expect(second.socket.sent[0]).toMatchObject({ since: 2 });
  expect([first.told, second.told]).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('a gap is told of once, also when nothing comes after it and the page is loaded again', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage });
  first.socket.receive(stored(1));
  first.connection.close();
  const second = await pageOfAlice({ storage }, 3);
  second.socket.receive(replayed(3, 3, true));
  second.connection.close();
  const third = await pageOfAlice({ storage }, 3);

  expect(second.told).toEqual(['gap']);
  expect(third.socket.sent[0]).toMatchObject({ since: 3 });
});

test('of several pages each shows every message while it is open, and the next one starts after the highest', async () => {
  const storage = new MemoryStorage();
  const ahead = await pageOfAlice({ storage });
  const behind = await pageOfAlice({ storage });
  for (const seq of [1, 2, 3]) ahead.socket.receive(stored(seq));
  for (const seq of [1, 2]) behind.socket.receive(stored(seq));
  const next = await pageOfAlice({ storage }, 3);
  behind.socket.drop();
  await behind.pass(250);
  await behind.registered({ latest: 3 });
  behind.socket.receive(stored(3));

  expect([ahead.told, behind.told]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(behind.socket.sent[0]).toMatchObject({ since: 2 });
  expect(next.socket.sent[0]).toMatchObject({ since: 3 });
});

test('a lower number that another page wrote at the same moment is corrected by the next answer', async () => {
  const storage = new MemoryStorage();
  const setting = await pageOfAlice({ storage });
  for (const seq of [1, 2, 3]) setting.socket.receive(stored(seq));
  const [key] = storage.keys;
  storage.setItem(key!, '2');
  setting.goOnline();
  setting.socket.receive(replayed(3, 3));

  expect(storage.values[0]).toBe('3');
});

test('a number that another page has written already is written again: a lower one may be on its way', async () => {
  const writes: string[] = [];
  const storage = { getItem: () => '1', setItem: (_: string, value: string) => void writes.push(value) };
  const setting = await pageOfAlice({ storage }, 1);
  setting.goOnline();
  setting.socket.receive(replayed(1, 1));

  expect(writes[0]).toBe('1');
});

test('numbers that are given anew take the place of those that were remembered', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage });
  for (const seq of [1, 2, 3]) first.socket.receive(stored(seq));
  first.connection.close();
  const second = await pageOfAlice({ storage }, 1);
  for (const frame of [stored(1, 'new'), replayed(1, 1, true)]) second.socket.receive(frame);

  expect(second.told).toEqual(['gap', 1]);
  expect(storage.values[0]).toBe('1');
});

const denied = () => {
  throw new Error('denied');
};
test.each<[string, SeenStorage]>([
  ['throws', { getItem: denied, setItem: denied }],
  ['is full', { getItem: () => null, setItem: denied }],
  ['holds nonsense', { getItem: () => 'null', setItem: () => {} }],
  ['holds less than nothing', { getItem: () => '-1', setItem: () => {} }],
])('with a storage that %s, a page remembers for itself', async (_, storage) => {
  const setting = await pageOfAlice({ storage });
  setting.socket.receive(stored(1));
  setting.socket.drop();
  await setting.pass(250);
  await setting.registered({ latest: 1 });
  setting.socket.receive(stored(1));
  setting.socket.receive(stored(2));

  expect(setting.sockets.map(({ sent }) => sent[0]?.since)).toEqual([0, 1]);
  expect(setting.told).toEqual([1, 2]);
  expect(setting.reported).toEqual([]);
});

test('a storage that is cleared makes an open page forget nothing, and is written again', async () => {
  const storage = new MemoryStorage();
  const setting = await pageOfAlice({ storage });
  setting.socket.receive(stored(1));
  storage.clear();
  setting.socket.receive(stored(1));
  setting.socket.receive(stored(2));

  expect(setting.told).toEqual([1, 2]);
  expect(storage.values[0]).toBe('2');
});

test('a uid without stored messages leaves nothing in the storage', async () => {
  const storage = new MemoryStorage();
  const setting = await pageOfAlice({ storage });
  setting.socket.receive({ type: 'message', id: '1', data: {} });

  expect(storage.values).toEqual([]);
});

test('what was shown of one service says nothing about another', async () => {
  const storage = new MemoryStorage();
  const setting = await pageOfAlice({ storage });
  setting.socket.receive(stored(1));
  const other = await pageOfAlice({ storage, url: 'wss://other.test/live' });

  expect(other.socket.sent[0]).toMatchObject({ since: 0 });
});

test('each uid that a page’s credentials name has its own last message', async () => {
  let uid = 'alice';
  const setting = new Setting({ credential: () => tokenOf({ sub: uid }) });
  const registerAs = async (next: string, latest: number) => {
    uid = next;
    setting.socket?.drop();
    await setting.pass(250);
    await setting.registered({ uid, latest });
    await setting.pass(5_000);
    return setting.socket.sent[0]?.since;
  };
  expect(await registerAs('alice', 0)).toBe(0);
  for (const seq of [1, 2]) setting.socket.receive(stored(seq, `alice-${seq}`));
  expect(await registerAs('鮑勃', 0)).toBe(0);
  setting.socket.receive(stored(1, 'bob-1'));

  expect(await registerAs('alice', 2)).toBe(2);
  expect(await registerAs('鮑勃', 1)).toBe(1);
  expect(setting.told).toEqual([1, 2, 1]);
});

test('with a token that does not name its uid, it asks as soon as it is told the uid', async () => {
  const setting = new Setting({ credential: () => aToken });
  await setting.opened();
  setting.socket.receive(stored(1));
  setting.register({ latest: 0 });
  expect(setting.socket.sent).toEqual([
    { action: 'register', token: aToken, device: 'a tab' },
    { action: 'replay', since: 0 },
  ]);
  for (const frame of [stored(1), replayed(1, 1)]) setting.socket.receive(frame);

  expect(setting.told).toEqual([1]);
});

test('what no page has come back to for a year is forgotten: the numbers may have begun anew', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage });
  for (const seq of [1, 2, 3]) first.socket.receive(stored(seq));
  first.connection.close();
  const [at = ''] = storage.keys.filter((key) => key.endsWith(' at'));
  const daysAgo = (days: number) => storage.setItem(at, String(first.clock.now() - days * 86_400_000));

  daysAgo(365);
  expect((await pageOfAlice({ storage }, 3)).socket.sent[0]).toMatchObject({ since: 3 });
  daysAgo(367);
  expect((await pageOfAlice({ storage }, 3)).socket.sent[0]).toMatchObject({ since: 0 });
});

test('what a page of an older release has written counts from its first day here', async () => {
  const storage = new MemoryStorage();
  const first = await pageOfAlice({ storage });
  for (const seq of [1, 2]) first.socket.receive(stored(seq));
  first.connection.close();
  const old = new MemoryStorage();
  for (const key of storage.keys) if (!key.endsWith(' at')) old.setItem(key, storage.getItem(key) ?? '');
  const second = await pageOfAlice({ storage: old }, 2);

  expect(second.socket.sent[0]).toMatchObject({ since: 2 });
});
