import { expect, test } from 'vitest';
import type { Presence } from '../../protocol/answers/presence.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
const hello = '{"type":"hello"}';

test('a page that sends its uid and data in one tick is its uid, however the functions overtake each other', async () => {
  const uids = Array.from({ length: 24 }, (_, index) => `tick-${index}`);
  const pages = await Promise.all(uids.map(() => stack.socket()));
  for (const [index, page] of pages.entries()) {
    page.send(uids[index]!);
    page.send(hello);
  }

  const counts = () => Promise.all([hello, ...uids].map((uid) => stack.connectionsOf(uid)));
  await expect.poll(counts, patience).toEqual([0, ...uids.map(() => 1)]);
  for (const [index, page] of pages.entries()) {
    expect(await stack.push(JSON.stringify({ uid: uids[index] }))).toMatchObject({ delivered: 1 });
    expect(await page.next()).toBe(JSON.stringify({ uid: uids[index] }));
  }
  expect(await counts()).toEqual([0, ...uids.map(() => 1)]);
});

test('a plain page that sends its uid again is listed since its first message', async () => {
  const page = await stack.browser('again');
  const before = await stack.json<Presence>('GET', 'uids/again');
  const other = await stack.browser('other');
  page.send('again');
  page.send(hello);
  other.send('other');
  // A message that is answered, sent after those.
  page.send('{"action":"ping"}');
  await page.next();

  await expect.poll(() => stack.json<Presence>('GET', 'uids/again'), patience).toEqual(before);
});

test('a page that begins plain stays plain, and learns so', async () => {
  const page = await stack.browser('plain');
  page.send('{"action":"register","uid":"plain"}');

  expect(JSON.parse(await page.next())).toEqual({
    type: 'error',
    code: 'plain-connection',
    message: expect.stringMatching(/\w/),
  });
  expect(await stack.push('{"uid":"plain", "n":1.0}')).toMatchObject({ delivered: 1 });
  expect(await page.next()).toBe('{"uid":"plain", "n":1.0}');
});

test.each(['the row', 'the registration', 'both'])(
  'a framed page whose %s was deleted by hand registers again on its socket, in frames',
  async (what) => {
    const uid = `deleted: ${what}`;
    const page = await stack.socket();
    page.send(JSON.stringify({ action: 'register', uid }));
    const { connectionId } = JSON.parse(await page.next());
    if (what !== 'the registration') await stack.table.removeConnection(uid, connectionId);
    if (what !== 'the row') await stack.table.takeRegistration(connectionId);

    page.send(JSON.stringify({ action: 'register', uid }));
    expect(JSON.parse(await page.next())).toMatchObject({ type: 'registered', uid, connectionId });
    expect(await stack.push(JSON.stringify({ uid }))).toMatchObject({ delivered: 1 });
    expect(JSON.parse(await page.next())).toMatchObject({ type: 'message', data: { uid } });
    expect(await stack.table.registrationOf(connectionId)).toMatchObject({ uid, isFramed: true });
  },
);

test('a framed page that sends its uid raw stays framed', async () => {
  const page = await stack.socket();
  page.send('{"action":"register","uid":"framed"}');
  await page.next();
  page.send('framed');
  page.send('{"action":"register","uid":"framed"}');

  expect(JSON.parse(await page.next())).toMatchObject({ type: 'registered' });
  expect(await stack.push('{"uid":"framed"}')).toMatchObject({ delivered: 1 });
  expect(JSON.parse(await page.next())).toMatchObject({ type: 'message' });
  expect(await stack.table.connectionsOf('framed', Date.now())).toMatchObject([{ isFramed: true }]);
});
