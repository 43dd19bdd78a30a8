import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { seededRandom } from '../../bench/simulation/seeded-random.ts';
import { connectIn } from '../../client/browser/connect.ts';
import { systemEnvironment } from '../../client/browser/environment.ts';
import type { Connection, Message } from '../../client/browser/index.ts';
import { tableClient } from '../../local/table/table-client.ts';
import { only } from '../../local/template/only.ts';
import { systemClock } from '../../protocol/clock.ts';
import { MemoryStorage } from '../client/browser/memory-storage.ts';
import { isSearch } from '../support/properties.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();

/** Ten kills of every socket: as many as thirty have all kinds of moments, and the search has more of each. */
const seconds = isSearch ? 30 : 10;
const pushesPerSecond = 20;
const pushes = seconds * pushesPerSecond;
const uids = ['u1', 'u2'];
const pagesOfEachUid = 3;

type TestPage = { uid: string; connection: Connection; messages: Message[] };

/** A browser of its own, which comes back by its backoff, and at once when its network reports to be back. */
function openPage(uid: string, network: EventTarget): TestPage {
  const messages: Message[] = [];
  const environment = { ...systemEnvironment(), WebSocket, page: network, storage: new MemoryStorage() };
  const connection = connectIn(environment, {
    url: stack.stack.outputs.WebSocketUrl,
    identity: 'claimed',
    credential: () => uid,
  });
  connection.onmessage = (message) => messages.push(message);
  onTestFinished(() => connection.close());
  return { uid, connection, messages };
}

/** Kills every socket once a second; half a second later the network reports to be back. */
function makeTrouble(network: EventTarget): () => void {
  const { gateway } = stack.stack;
  let halves = 0;
  let cancel = () => {};
  const next = () => {
    halves += 1;
    if (halves % 2 === 0) network.dispatchEvent(new Event('online'));
    else for (const id of gateway.connectionIds()) gateway.killSocket(id);
    cancel = systemClock.after(500, next);
  };
  cancel = systemClock.after(500, next);
  const stop = () => cancel();
  onTestFinished(stop);
  return stop;
}

/** Pushes `n` to each uid, stored for ten minutes, at its time after the start. */
async function pushAtItsTime(n: number, startedAt: number): Promise<void> {
  const early = startedAt + (n * 1_000) / pushesPerSecond - Date.now();
  if (early > 0) await new Promise<void>((resolve) => void systemClock.after(early, resolve));
  await Promise.all(uids.map((uid) => pushStored(uid, n)));
}

async function pushStored(uid: string, n: number): Promise<void> {
  const body = JSON.stringify({ uid, n });
  const response = await stack.request('POST', 'push', { body, headers: { ttl: '600' } });
  expect(await response.json()).toMatchObject({ uid, seq: n + 1, stored: true, failed: 0 });
}

type Row = { pk: { S: string }; sk: { S: string }; uid?: unknown };

async function rowsOf(table: 'Connections' | 'Messages'): Promise<Row[]> {
  const { tableEndpoint, tableNames } = stack.stack;
  const TableName = only(
    tableNames.filter((name) => name.includes(table)),
    `table of ${table}`,
  );
  const { Items } = await tableClient(tableEndpoint)('Scan', { TableName, ConsistentRead: true });
  return Items as Row[];
}

/** The connections that pushes would be posted to. */
async function connectionsByUid(): Promise<string[]> {
  const rows = (await rowsOf('Connections')).filter(({ pk }) => pk.S.startsWith('uid#'));
  return rows.map(({ sk }) => sk.S.replace('connection#', '')).sort();
}

/** The connections that are known to belong to a uid, without some. Others are marked as closed before they did. */
async function registrationsBut(excluded: ReadonlySet<string>): Promise<string[]> {
  const rows = (await rowsOf('Connections')).filter(({ uid }) => uid !== undefined);
  const ids = rows.map(({ pk }) => pk.S.replace('connection#', ''));
  return ids.filter((id) => !excluded.has(id)).sort();
}

/** How many items of each kind the log of a uid has. */
async function logOf(uid: string): Promise<Record<string, number>> {
  const rows = (await rowsOf('Messages')).filter(({ pk }) => pk.S === `uid#${uid}`);
  const counts: Record<string, number> = {};
  for (const { sk } of rows) {
    const kind = sk.S.replace(/#.*/, '');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

test('every page shows every stored message once, in order, while its sockets are killed each second and half of the $disconnects are lost', async () => {
  const random = seededRandom(6);
  const lost = new Set<string>();
  let told = 0;
  stack.faults.losesDisconnect = (connectionId) => {
    const isLost = random() < 0.5;
    if (isLost) lost.add(connectionId);
    else told += 1;
    return isLost;
  };
  const network = new EventTarget();
  const silentNetwork = new EventTarget();
  const pages = uids.flatMap((uid) =>
    Array.from({ length: pagesOfEachUid }, (_, index) =>
      openPage(uid, index === 0 ? silentNetwork : network),
    ),
  );
  const { gateway } = stack.stack;
  /** A page that has not noticed yet that its socket is dead takes itself for open. */
  const areOpen = () => {
    for (const each of [network, silentNetwork]) each.dispatchEvent(new Event('online'));
    const openPages = pages.filter(({ connection }) => connection.status.state === 'open');
    return openPages.length === pages.length && gateway.connectionIds().length === pages.length;
  };
  await expect.poll(areOpen, { ...patience, interval: 250 }).toBe(true);

  const stopTrouble = makeTrouble(network);
  const startedAt = Date.now();
  for (let n = 0; n < pushes; n++) await pushAtItsTime(n, startedAt);
  stopTrouble();
  await expect.poll(areOpen, { ...patience, interval: 250 }).toBe(true);

  const all = Array.from({ length: pushes }, (_, n) => n);
  for (const { uid, messages } of pages) {
    await expect.poll(() => messages.length, patience).toBeGreaterThanOrEqual(pushes);
    expect(messages.map(({ data }) => data)).toEqual(all.map((n) => ({ uid, n })));
    expect(messages.map(({ seq }) => seq)).toEqual(all.map((n) => n + 1));
  }
  expect(Math.min(lost.size, told)).toBeGreaterThan(seconds);

  // The next push meets what is left of connections whose $disconnect was lost, and forgets it.
  for (const uid of uids) await pushStored(uid, pushes);
  for (const { messages } of pages) await expect.poll(() => messages.length, patience).toBe(pushes + 1);
  const open = gateway.connectionIds().sort();
  expect(open).toHaveLength(pages.length);
  await expect.poll(connectionsByUid, patience).toEqual(open);
  // One that a push found gone while it registered may leave its registration, which names no uid's row, and expires.
  await expect.poll(() => registrationsBut(lost), patience).toEqual(open);
  const log = { counter: 1, message: pushes + 1, receipt: pushes + 1 };
  for (const uid of uids) await expect.poll(() => logOf(uid), patience).toEqual(log);
});
