import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GroupPage } from '../../protocol/answers/groups.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack({ identity: 'token', context: { groups: 'true' } });

async function call<Answer>(method: string, path: string, options: RequestInit = {}): Promise<Answer> {
  return (await (await stack.request(method, path, options)).json()) as Answer;
}

const push = (group: string, text = '{"n":1}', query = '') =>
  call('POST', `groups/${group}/push${query}`, { body: text });

function tokenOf(uid: string, groups: unknown, expiresIn = '1h'): Promise<string> {
  const { outputs, secretValue } = stack.stack;
  return new SignJWT({ groups })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(uid)
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(secretValue(outputs.TokenSecretName!)));
}

/** A framed page, registered with a token whose claim names these groups. */
async function page(uid: string, groups?: unknown, device?: string): Promise<QueueingClient> {
  const { outputs } = stack.stack;
  const token = await tokenOf(uid, groups);
  const client = await QueueingClient.connect(outputs.WebSocketUrl);
  onTestFinished(async () => void (await client.close()));
  client.send(JSON.stringify({ action: 'register', token, device }));
  expect(JSON.parse(await client.next())).toMatchObject({ type: 'registered', uid });
  return client;
}

async function said(client: QueueingClient, frame: object): Promise<unknown> {
  client.send(JSON.stringify(frame));
  return JSON.parse(await client.next());
}

const uidOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

describe('a uid that a backend puts into a group', () => {
  test('gets what is pushed to it, on all its connections, and on those to come, until it is taken out', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    const first = await page(uid);

    expect(await call('PUT', `groups/${group}/uids/${uid}`)).toEqual({ group, uid, connections: 1 });
    const second = await page(uid);
    expect(await push(group, '{ "n": 1.0 }')).toEqual({
      group,
      delivered: 2,
      gone: 0,
      failed: 0,
      excluded: 0,
    });
    for (const client of [first, second]) {
      expect(await client.next()).toMatch(/^\{"type":"message","id":"[^"]+","data":\{ "n": 1.0 \}\}$/);
    }

    expect(await call('DELETE', `groups/${group}/uids/${uid}`)).toEqual({ group, uid, connections: 2 });
    const third = await page(uid);
    expect(await push(group)).toMatchObject({ delivered: 0, gone: 0 });
    expect(await stack.push(JSON.stringify({ uid, last: 1 }))).toMatchObject({ delivered: 3 });
    for (const client of [first, second, third]) expect(await client.next()).toContain('"last":1');
  });

  test('is in for its time, and listed', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    const put = await call('PUT', `groups/${group}/uids/${uid}`, { headers: { ttl: '3600' } });

    expect(put).toEqual({ group, uid, connections: 0, until: expect.stringMatching(/Z$/) });
    await page(uid);
    const listed = { uid, connections: 1, added: true, until: expect.any(String) };
    expect(await call('GET', `groups/${group}`)).toEqual({
      group,
      added: 1,
      connections: 1,
      members: [listed],
    });
    expect(await call('GET', `uids/${uid}/groups`)).toEqual({
      uid,
      groups: [{ group, added: true, until: expect.any(String) }],
    });
  });

  test('is not in any more when a second has passed', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    await page(uid);
    await call('PUT', `groups/${group}/uids/${uid}`, { headers: { ttl: '1' } });

    await expect.poll(() => push(group), patience).toMatchObject({ delivered: 0, gone: 0, failed: 0 });
    expect(await call('GET', `uids/${uid}/groups`)).toEqual({ uid, groups: [] });
    expect(await call('GET', `groups/${group}`)).toEqual({ group, added: 0, connections: 0, members: [] });
  });

  test('is in sixteen groups at most', async () => {
    const uid = uidOf('u');
    for (let n = 0; n < 16; n++) await call('PUT', `groups/${uid}-${n}/uids/${uid}`);

    expect(await call('PUT', `groups/${uid}-16/uids/${uid}`)).toMatchObject({
      status: 409,
      code: 'too-many-groups',
    });
    expect(await call('GET', `groups/${uid}-16`)).toMatchObject({ added: 0 });
    expect(await call('PUT', `groups/${uid}-3/uids/${uid}`)).toMatchObject({ uid });
    await call('DELETE', `groups/${uid}-3/uids/${uid}`);
    expect(await call('PUT', `groups/${uid}-16/uids/${uid}`)).toMatchObject({ uid });
  });
});

describe('a page', () => {
  test('joins what its token names, gets what is pushed, and leaves', async () => {
    const [name, uid] = [uidOf('room'), uidOf('u')];
    const client = await page(uid, [`${name}-*`]);
    const group = `${name}-1`;

    expect(await said(client, { action: 'join', group })).toEqual({ type: 'joined', group });
    expect(await said(client, { action: 'join', group })).toEqual({ type: 'joined', group });
    expect(await push(group)).toMatchObject({ delivered: 1 });
    expect(JSON.parse(await client.next())).toMatchObject({ type: 'message', data: { n: 1 } });
    expect(await call('GET', `groups/${group}`)).toEqual({
      group,
      added: 0,
      connections: 1,
      members: [{ uid, connections: 1 }],
    });
    expect(await call('GET', `uids/${uid}/groups`)).toEqual({ uid, groups: [{ group, joined: 1 }] });

    expect(await said(client, { action: 'leave', group })).toEqual({ type: 'left', group });
    expect(await push(group)).toMatchObject({ delivered: 0 });
  });

  test.each([
    ['a group that its token does not name', ['other-*', 'room'], 'room-1', 'group-not-in-token'],
    ['with a token that has no claim', undefined, 'room-1', 'no-groups-claim'],
    ['with a claim that is no list of texts', 'room-1', 'room-1', 'no-groups-claim'],
    ['a group with an empty name', ['*'], '', 'unusable-group'],
    ['a group with a long name', ['*'], 'x'.repeat(257), 'unusable-group'],
    ['a group whose name is no text', ['*'], 7, 'unusable-group'],
  ])('does not join %s, and stays', async (_, groups, group, code) => {
    const uid = uidOf('u');
    const client = await page(uid, groups);

    expect(await said(client, { action: 'join', group })).toMatchObject({
      type: 'refused',
      action: 'join',
      code,
    });
    expect(await stack.push(JSON.stringify({ uid }))).toMatchObject({ delivered: 1 });
  });

  test('does not join before it has registered', async () => {
    const client = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
    onTestFinished(async () => void (await client.close()));

    expect(await said(client, { action: 'join', group: 'g' })).toMatchObject({
      code: 'not-registered',
      group: 'g',
    });
  });

  test('does not join a seventeenth group', async () => {
    const name = uidOf('g');
    const client = await page(uidOf('u'), [`${name}*`]);
    for (let n = 0; n < 16; n++) await said(client, { action: 'join', group: `${name}${n}` });

    expect(await said(client, { action: 'join', group: `${name}16` })).toMatchObject({
      code: 'too-many-groups',
    });
    await said(client, { action: 'leave', group: `${name}3` });
    expect(await said(client, { action: 'join', group: `${name}16` })).toMatchObject({ type: 'joined' });
  });

  test('does not leave a group that a backend put it into', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    await call('PUT', `groups/${group}/uids/${uid}`);
    const client = await page(uid);

    expect(await said(client, { action: 'leave', group })).toMatchObject({ code: 'added-by-backend' });
    expect(await push(group)).toMatchObject({ delivered: 1 });
  });

  test('leaves what a fresh token does not name any more', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    const client = await page(uid, [group]);
    await said(client, { action: 'join', group });
    const token = await tokenOf(uid, undefined, '2h');

    expect(await said(client, { action: 'register', token })).toMatchObject({ type: 'registered' });
    expect(JSON.parse(await client.next())).toEqual({ type: 'left', group });
    expect(await push(group)).toMatchObject({ delivered: 0 });
  });

  test('that closes is in no group any more', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    const client = await page(uid, [group]);
    await call('PUT', `groups/${group}-too/uids/${uid}`);
    await said(client, { action: 'join', group });
    await client.close();

    const connections = async (name: string) => (await call<GroupPage>('GET', `groups/${name}`)).connections;
    await expect.poll(() => connections(group), patience).toBe(0);
    await expect.poll(() => connections(`${group}-too`), patience).toBe(0);
  });

  test('that is kicked is in no group any more, nor one that is found gone', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    const kicked = await page(uid, [group]);
    await said(kicked, { action: 'join', group });
    await stack.request('DELETE', `uids/${uid}`);
    expect(await call('GET', `groups/${group}`)).toMatchObject({ connections: 0 });

    stack.faults.losesDisconnect = () => true;
    const lost = await page(uid, [group]);
    await said(lost, { action: 'join', group });
    const before = stack.stack.gateway.connectionIds().length;
    lost.kill();
    await expect.poll(() => stack.stack.gateway.connectionIds().length, patience).toBeLessThan(before);
    expect(await push(group)).toMatchObject({ delivered: 0, gone: 1 });
    expect(await push(group)).toMatchObject({ delivered: 0, gone: 0 });
    delete stack.faults.losesDisconnect;
  });
});

describe('a push to a group', () => {
  test('leaves out the devices that it is to', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    await call('PUT', `groups/${group}/uids/${uid}`);
    const [laptop, phone] = [await page(uid, undefined, 'laptop'), await page(uid, undefined, 'phone')];

    expect(await push(group, '{"to":"phone"}', '?except=laptop')).toEqual({
      group,
      delivered: 1,
      gone: 0,
      failed: 0,
      excluded: 1,
    });
    expect(await push(group, '{"to":"laptop"}', '?only=laptop')).toMatchObject({ delivered: 1, excluded: 1 });
    expect(await phone.next()).toContain('"to":"phone"');
    expect(await laptop.next()).toContain('"to":"laptop"');
  });

  test('with an idempotency key is one', async () => {
    const [group, uid] = [uidOf('g'), uidOf('u')];
    await call('PUT', `groups/${group}/uids/${uid}`);
    const client = await page(uid);
    const keyed = (body: string) =>
      call('POST', `groups/${group}/push`, { body, headers: { 'idempotency-key': 'once' } });

    expect(await keyed('{"n":1}')).toMatchObject({ delivered: 1 });
    expect(await keyed('{"n":1}')).toMatchObject({ delivered: 1 });
    expect(await keyed('{"n":2}')).toMatchObject({ code: 'idempotency-key-reused' });
    await push(group, '{"n":3}');
    expect(await client.next()).toContain('"n":1');
    expect(await client.next()).toContain('"n":3');
  });

  test('reaches nobody after the group was emptied', async () => {
    const [group, uid, joined] = [uidOf('g'), uidOf('u'), uidOf('v')];
    await call('PUT', `groups/${group}/uids/${uid}`);
    await page(uid);
    const other = await page(joined, ['*']);
    await said(other, { action: 'join', group });

    expect(await call('DELETE', `groups/${group}`)).toEqual({ group, uids: 2, connections: 2 });
    expect(await push(group)).toMatchObject({ delivered: 0, gone: 0 });
    expect(await call('GET', `groups/${group}`)).toEqual({ group, added: 0, connections: 0, members: [] });
  });
});

test('members come page by page, each once', async () => {
  const group = uidOf('g');
  const added = Array.from({ length: 7 }, (_, n) => `${group}-a${n}`);
  await Promise.all(added.map((uid) => call('PUT', `groups/${group}/uids/${uid}`)));
  const online = [added[0]!, added[1]!, `${group}-p1`, `${group}-p2`];
  for (const uid of online) await said(await page(uid, [group]), { action: 'join', group });

  const seen: string[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? '?limit=2' : `?limit=2&after=${after}`;
    const found: GroupPage = await call('GET', `groups/${group}${query}`);
    if (after === undefined) expect(found).toMatchObject({ added: 7, connections: 4 });
    seen.push(...found.members.map(({ uid }) => uid));
    after = found.after;
  } while (after !== undefined);
  expect(seen.sort()).toEqual([...new Set([...added, ...online])].sort());
});
