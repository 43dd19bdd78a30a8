import { expect, test } from 'vitest';
import { CONNECTION_LIFE_MS } from '../../../lambda/registration/connection-life.ts';
import { graceMs, PresenceWorld } from './presence-world.ts';

/** Functions do all of their steps, one after the other. */
function aWorld() {
  const world = new PresenceWorld(async () => {});
  const work = async () => {
    while (await world.work());
  };
  /** Time passes while workers and sweeps do what there is to do. */
  const pass = async (milliseconds: number) => {
    const end = world.clock.now() + milliseconds;
    while (world.clock.now() < end) {
      world.pass(Math.min(60_000, end - world.clock.now()));
      await world.sweep();
      await work();
    }
  };
  const connect = async (uid: string) => {
    const socket = await world.connect(uid);
    await work();
    return socket;
  };
  const told = (uid = 'u1') => world.eventsOf(uid).map(({ type }) => type);
  return { world, work, pass, connect, told };
}

test('a second connection, a reload and a replacement tell nothing', async () => {
  const { world, pass, connect, told } = aWorld();
  const first = await connect('u1');
  const second = await connect('u1');
  await world.disconnect(first, 'told');
  await pass(60_000);
  await world.disconnect(second, 'told');
  await pass(graceMs - 1_000);
  await connect('u1');
  await pass(60_000);

  expect(told()).toEqual(['user.online']);
});

test('offline comes a grace after the last connection left, not after one before', async () => {
  const { world, pass, connect, told } = aWorld();
  let socket = await connect('u1');
  for (let time = 0; time < 10; time++) {
    await world.disconnect(socket, 'told');
    await pass(graceMs - 2_000);
    socket = await connect('u1');
    await pass(1_000);
  }
  await world.disconnect(socket, 'told');
  await pass(graceMs - 1_000);
  expect(told()).toEqual(['user.online']);

  await pass(graceMs);
  expect(told()).toEqual(['user.online', 'user.offline']);
});

test('events of a uid say when, and how many connections it had', async () => {
  const { world, pass, connect } = aWorld();
  const at = world.clock.now();
  const socket = await connect('u1');
  await world.disconnect(socket, 'told');
  await pass(graceMs);

  expect(world.eventsOf('u1')).toEqual([
    { type: 'user.online', uid: 'u1', epoch: at, at: new Date(at).toISOString(), connections: 1 },
    {
      type: 'user.offline',
      uid: 'u1',
      epoch: at + graceMs,
      at: new Date(at + graceMs).toISOString(),
      connections: 0,
    },
  ]);
});

test('who goes without a word is found by the first push, and is offline a grace later', async () => {
  const { world, pass, connect, told } = aWorld();
  const socket = await connect('u1');
  await world.disconnect(socket, 'lost');
  await pass(600_000);
  expect(told()).toEqual(['user.online']);

  await world.push('u1');
  await pass(graceMs);
  expect(told()).toEqual(['user.online', 'user.offline']);
});

/** A connection's row outlives it by five minutes, spans of due looks have five, and a sweep begins each minute. */
const boundMs = CONNECTION_LIFE_MS + (5 + 5 + 1) * 60_000 + graceMs;

test('who goes without a word, and to whom nobody pushes, is found when the connection’s life is over', async () => {
  const { world, pass, connect, told } = aWorld();
  const socket = await connect('u1');
  await world.disconnect(socket, 'lost');
  await pass(boundMs);

  expect(told()).toEqual(['user.online', 'user.offline']);
});

test('the same of who has stayed for a day before, by one connection after another', async () => {
  const { world, pass, connect, told } = aWorld();
  let socket = await connect('u1');
  for (let time = 0; time < 13; time++) {
    await pass(CONNECTION_LIFE_MS - 300_000);
    const next = await connect('u1');
    await world.disconnect(socket, 'told');
    socket = next;
  }
  await world.disconnect(socket, 'lost');
  expect(told()).toEqual(['user.online']);

  await pass(boundMs);
  expect(told()).toEqual(['user.online', 'user.offline']);
});

test('ten thousand connections that are cut and back within the grace are no event', async () => {
  const { world, work, pass, told } = aWorld();
  const uids = Array.from({ length: 10_000 }, (_, index) => `u${index}`);
  const sockets = [];
  for (const uid of uids) sockets.push(await world.connect(uid));
  await work();
  const before = world.told.length;
  for (const socket of sockets) await world.disconnect(socket, 'told');
  await pass(5_000);
  for (const uid of uids) await world.connect(uid);
  await pass(60_000);

  expect(before).toBe(10_000);
  expect(world.told.length).toBe(before);
  expect(told('u9999')).toEqual(['user.online']);
});
