import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createToken } from '../../client/backend/index.ts';
import { type Connection, connect, type GroupState } from '../../client/browser/index.ts';
import { MemoryStorage } from '../client/browser/memory-storage.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack({ identity: 'token', context: { groups: 'true' }, lifetimeMs: 6_000 });
stack.faults.lateEndMs = patience.timeout;
const lasting = runStack({ identity: 'token', context: { groups: 'true' } });
const withoutGroups = runStack({ identity: 'token' });

/** A page whose tokens name these groups; the next ones those that `names` has then. */
async function openPage({ stack: { outputs, secretValue } } = lasting, names = ['room-*']) {
  const uid = `u-${randomUUID()}`;
  const shown: number[] = [];
  const states: GroupState[] = [];
  const claim = { groups: names };
  const connection: Connection<{ n: number }> = connect({
    url: outputs.WebSocketUrl,
    credential: () =>
      createToken({ uid, secret: secretValue(outputs.TokenSecretName!), groups: claim.groups }),
    WebSocket,
    storage: new MemoryStorage(),
  });
  connection.onmessage = ({ data }) => shown.push(data.n);
  connection.ongroup = (state) => states.push(state);
  onTestFinished(() => connection.close());
  await expect.poll(() => connection.status.state, patience).toBe('open');
  return { uid, connection, shown, states, claim };
}

async function push(group: string, n: number, to = lasting): Promise<unknown> {
  return (await to.request('POST', `groups/${group}/push`, { body: JSON.stringify({ n }) })).json();
}

const aGroup = () => `room-${randomUUID()}`;
const counts = (delivered: number) => expect.objectContaining({ delivered, gone: 0, failed: 0 });

describe('a page', () => {
  test('joins what its token names, gets what is pushed, leaves, and gets nothing more', async () => {
    const { connection, shown } = await openPage();
    const group = aGroup();

    expect(await connection.join(group)).toEqual({ state: 'joined', group });
    expect(await push(group, 1)).toEqual(counts(1));
    await expect.poll(() => shown, patience).toEqual([1]);
    expect(await connection.leave(group)).toEqual({ state: 'left', group });
    expect(await push(group, 2)).toEqual(counts(0));
  });

  test('is refused what its token does not name, and stays open', async () => {
    const { connection, states } = await openPage();

    expect(await connection.join('staff')).toMatchObject({ state: 'refused', code: 'group-not-in-token' });
    expect(states).toHaveLength(1);
    expect(connection.status.state).toBe('open');
  });

  test('whose uid a backend has put in can’t leave', async () => {
    const { uid, connection } = await openPage();
    const group = aGroup();
    await lasting.request('PUT', `groups/${group}/uids/${uid}`);

    expect(await connection.leave(group)).toMatchObject({ state: 'refused', code: 'added-by-backend' });
  });

  test('whose socket dies is in again on the next', async () => {
    const { connection, states, shown } = await openPage();
    const group = aGroup();
    await connection.join(group);
    lasting.stack.gateway.killSocket(connection.connectionId!);

    await expect.poll(() => states.map(({ state }) => state), patience).toEqual(['joined', 'joined']);
    expect(await push(group, 1)).toMatchObject({ delivered: 1 });
    await expect.poll(() => shown, patience).toEqual([1]);
  });

  test('whose next token names the group no more is told so once, and asks no more', async () => {
    const { connection, states, claim } = await openPage();
    const group = aGroup();
    await connection.join(group);
    claim.groups = ['lobby'];
    connection.reconnect();

    await expect.poll(() => states.at(-1)?.state, patience).toBe('refused');
    expect(await connection.join('lobby')).toMatchObject({ state: 'joined' });
    expect(states.map(({ state }) => state)).toEqual(['joined', 'refused', 'joined']);
    expect(await push(group, 1)).toEqual(counts(0));
  });

  test('whose connections end again and again gets every push to its group once, and is told nothing', async () => {
    const { connection, shown, states } = await openPage(stack);
    const group = aGroup();
    const connectionIds = new Set<string>();
    await connection.join(group);
    let sent = 0;
    while (connectionIds.size < 3) {
      await push(group, sent++, stack);
      connectionIds.add(connection.connectionId ?? '');
    }

    await expect.poll(() => shown.length, patience).toBe(sent);
    expect(shown.toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, n) => n));
    expect(states).toEqual([{ state: 'joined', group }]);
  });
});

test('a deployment without groups refuses, and the connection stays open', async () => {
  const { connection, shown, states, uid } = await openPage(withoutGroups);
  const refused = { state: 'refused', group: 'room-1', code: 'groups-not-deployed' };
  expect(await connection.join('room-1')).toMatchObject(refused);
  await withoutGroups.push(JSON.stringify({ uid, n: 1 }));

  await expect.poll(() => shown, patience).toEqual([1]);
  expect(states).toMatchObject([refused]);
  expect(connection.status.state).toBe('open');
});

test('what a plain page sends is no frame there, and is not answered', async () => {
  const page = await withoutGroups.socket();
  page.send(await createToken({ uid: 'plain', secret: tokenSecret(withoutGroups) }));
  await expect.poll(() => withoutGroups.connectionsOf('plain'), patience).toBe(1);
  page.send('{"action":"join","group":"room-1"}');
  page.send('{"action":"watch","uids":["u1"]}');
  page.send('{"action":"check"}');

  expect(JSON.parse(await page.next())).toMatchObject({ type: 'checked', registered: true });
  expect(page.waiting).toEqual([]);
});

function tokenSecret({ stack: { outputs, secretValue } }: typeof lasting): string {
  return secretValue(outputs.TokenSecretName!);
}
