import { describe, expect, test } from 'vitest';
import type { GroupPage } from '../../protocol/answers/groups.ts';
import type { OnlineCount, OnlinePage, Presence } from '../../protocol/answers/presence.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { readDocument } from './document.ts';

const stack = runStack({ context: { groups: 'true' } });
const methods = readDocument('test/docs/gateway-methods.txt').trim().split('\n');

/** A uid with two connections, a plain page and a framed one, and the ids of these. */
async function twoPages(uid: string) {
  const plain = await stack.browser(uid);
  const [first = ''] = await idsOf(uid);
  const framed = await stack.socket();
  framed.send(JSON.stringify({ action: 'register', uid, meta: { name: uid } }));
  const { connectionId } = JSON.parse(await framed.next());
  return { plain, framed, plainId: first, framedId: String(connectionId) };
}

async function idsOf(uid: string, query = ''): Promise<string[]> {
  const { connections } = await stack.json<Presence>('GET', `uids/${uid}${query}`);
  return connections.map(({ id }) => id);
}

async function post<Answer>(path: string, body: string, type = 'application/json'): Promise<Answer> {
  return (await stack.request('POST', path, { body, headers: { 'content-type': type } })).json();
}

/** What the table says that the methods are: each is done to pages of a uid of its own. */
const tried: Record<string, (uid: string) => Promise<void>> = {
  async sendToUid(uid) {
    const { plain } = await twoPages(uid);
    expect(await post('push', `{"uid":"${uid}","n":1}`)).toMatchObject({ delivered: 2 });
    const many = `{"uids":["${uid}","nobody"]}\n{"n":2}`;
    expect(await post('multicast', many, 'application/x-ndjson')).toMatchObject({
      delivered: 2,
      offline: ['nobody'],
    });
    const lines = [`{"uid":"${uid}","n":3}`, `{"uids":["${uid}","nobody"],"message":{"n":4}}`];
    expect(await stack.answersTo(...lines)).toEqual(['ok', 'ok']);
    expect(await received(plain, 4)).toEqual([1, 2, 3, 4]);
  },
  async sendToAll(uid) {
    const browser = await stack.browser(uid);
    expect(await post('broadcast', `all of ${uid}`, 'text/plain')).toEqual({ broadcast: expect.any(String) });
    expect(await browser.next()).toBe(`all of ${uid}`);
  },
  async sendToClient(uid) {
    const { plain, plainId } = await twoPages(uid);
    const pushed = await post(`push?only=${encodeURIComponent(plainId)}`, `{"uid":"${uid}","n":1}`);
    expect(pushed).toMatchObject({ delivered: 1, excluded: 1 });
    expect(await received(plain, 1)).toEqual([1]);
  },
  async isUidOnline(uid) {
    expect(await stack.json('GET', `uids/${uid}`)).toMatchObject({ online: false });
    await stack.browser(uid);
    expect(await stack.json('GET', `uids/${uid}`)).toMatchObject({ online: true });
  },
  async isOnline(uid) {
    const { plain, plainId } = await twoPages(uid);
    const isOnline = () => stack.json('GET', `uids/${uid}?only=${encodeURIComponent(plainId)}`);
    expect(await isOnline()).toMatchObject({ online: true });
    await plain.close();
    await expect.poll(isOnline, patience).toMatchObject({ online: false });
  },
  async getClientIdByUid(uid) {
    const { plainId, framedId } = await twoPages(uid);
    expect((await idsOf(uid)).sort()).toEqual([plainId, framedId].sort());
  },
  async getAllUidList(uid) {
    await twoPages(uid);
    const { uids } = await stack.json<OnlinePage>('GET', 'uids?limit=500');
    expect(uids).toContainEqual({ uid, connections: 2 });
  },
  async getAllUidCount(uid) {
    await twoPages(uid);
    const counted = () => stack.json<OnlineCount>('GET', 'presence');
    await expect.poll(async () => (await counted()).connections, patience).toBeGreaterThan(1);
    expect((await counted()).uids).toBeGreaterThan(0);
  },
  async closeClient(uid) {
    const { plain, framed, plainId, framedId } = await twoPages(uid);
    const closed = await stack.json('DELETE', `connections/${encodeURIComponent(plainId)}`);
    expect(closed).toMatchObject({ uid, closed: 1 });
    await plain.closed;
    await stack.browser(uid);
    const others = await stack.json('DELETE', `uids/${uid}?except=${encodeURIComponent(framedId)}`);
    expect(others).toMatchObject({ closed: 1, excluded: 1 });
    await stack.json('DELETE', `uids/${uid}`);
    await framed.closed;
  },
  async bindUid(uid) {
    await stack.browser(uid);
    expect(await stack.connectionsOf(uid)).toBe(1);
  },
  async joinGroup(uid) {
    const { plain } = await twoPages(uid);
    const group = `group of ${uid}`;
    expect(await stack.json('PUT', `groups/${group}/uids/${uid}`)).toMatchObject({ connections: 2 });
    expect(await post(`groups/${group}/push`, '{"n":1}')).toMatchObject({ delivered: 2 });
    expect(await stack.json('DELETE', `groups/${group}/uids/${uid}`)).toMatchObject({ connections: 2 });
    expect(await post(`groups/${group}/push`, '{"n":2}')).toMatchObject({ delivered: 0 });
    expect(await received(plain, 1)).toEqual([1]);
  },
  async sendToGroup(uid) {
    const { plain, framedId } = await twoPages(uid);
    await stack.json('PUT', `groups/${uid}/uids/${uid}`);
    const except = encodeURIComponent(framedId);
    expect(await post(`groups/${uid}/push?except=${except}`, '{"n":1}')).toMatchObject({
      delivered: 1,
      excluded: 1,
    });
    const lines = [`{"group":"${uid}","message":{"n":2}}`, '{"group":"of nobody","message":{"n":3}}'];
    expect(await stack.answersTo(...lines)).toEqual(['ok', 'fail']);
    expect(await received(plain, 2)).toEqual([1, 2]);
  },
  async ungroup(uid) {
    await twoPages(uid);
    await stack.json('PUT', `groups/${uid}/uids/${uid}`);
    expect(await stack.json('DELETE', `groups/${uid}`)).toEqual({ group: uid, uids: 1, connections: 2 });
    expect(await stack.json('GET', `groups/${uid}`)).toMatchObject({ members: [] });
  },
  async getUidListByGroup(uid) {
    await twoPages(uid);
    await stack.json('PUT', `groups/${uid}/uids/${uid}`);
    const { connections, members } = await stack.json<GroupPage>('GET', `groups/${uid}`);
    expect({ connections, members }).toEqual({
      connections: 2,
      members: [{ uid, connections: 2, added: true }],
    });
    expect(await idsOf(uid)).toHaveLength(2);
    expect(await stack.json('GET', `uids/${uid}/groups`)).toEqual({
      uid,
      groups: [{ group: uid, added: true }],
    });
  },
  async getSession(uid) {
    const { framedId } = await twoPages(uid);
    const { connections } = await stack.json<Presence>('GET', `uids/${uid}`);
    expect(connections.find(({ id }) => id === framedId)).toMatchObject({ meta: { name: uid } });
  },
};

async function received(browser: QueueingClient, count: number): Promise<unknown[]> {
  const numbers: unknown[] = [];
  for (let n = 0; n < count; n++) numbers.push(JSON.parse(await browser.next()).n);
  return numbers;
}

/** Methods whose row is that of another, or says to do the same and count. */
const sameAs: Record<string, string> = {
  destoryClient: 'closeClient',
  leaveGroup: 'joinGroup',
  getAllClientIdList: 'getAllUidList',
  getAllClientIdCount: 'getAllUidCount',
  getAllClientCount: 'getAllUidCount',
  getUidCountByGroup: 'getUidListByGroup',
  getClientIdCountByGroup: 'getUidListByGroup',
  getClientCountByGroup: 'getUidListByGroup',
  getClientIdListByGroup: 'getUidListByGroup',
  getClientSessionsByGroup: 'getUidListByGroup',
  getClientInfoByGroup: 'getUidListByGroup',
  getAllClientSessions: 'getSession',
  getAllClientInfo: 'getSession',
};

describe('of GatewayWorker’s methods', () => {
  test.each(Object.entries(tried))('%s is what the table says', async (name, attempt) => {
    expect(methods).toContain(name);
    await attempt(`of-${name}`);
  });

  test.each([
    ['docs/COMING_FROM_WORKERMAN.md', /^none\b/],
    ['docs/zh-CN/COMING_FROM_WORKERMAN.md', /^没有/],
  ])('%s says of every other that there is none, and of no one that is tried', (file, none) => {
    const rows = readDocument(file)
      .split('\n')
      .flatMap((line) =>
        /^\| `/.test(line) ? [line.split(' | ').map((cell) => cell.replace(/^\| /, ''))] : [],
      );
    const saysNone = methods.filter((method) => {
      const [, what = ''] = rows.find(([names = '']) => new RegExp(`\`${method}[\`(]`).test(names)) ?? [];
      expect({ method, what }).not.toEqual({ method, what: '' });
      return none.test(what);
    });
    expect(saysNone).toEqual(methods.filter((method) => !(method in tried || method in sameAs)));
  });
});
