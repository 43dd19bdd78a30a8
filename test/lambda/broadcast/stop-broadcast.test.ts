import { expect, test } from 'vitest';
import { broadcastRoutes } from '../../../lambda/broadcast/broadcast-routes.ts';
import { BROADCAST_SEGMENTS, type BroadcastTask, nameOf } from '../../../lambda/broadcast/broadcast-task.ts';
import { type StartDependencies, startBroadcast } from '../../../lambda/broadcast/start-broadcast.ts';
import { workOnTask } from '../../../lambda/broadcast/work-on-task.ts';
import type { BroadcastStatus } from '../../../protocol/answers/broadcasts.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import * as fc from '../../support/properties.ts';
import { stepwise } from '../../support/stepwise.ts';

const connections = 24;

/** A broadcast with an idempotency key to 24 connections, of which a page reads four. */
class World {
  readonly posts: string[] = [];
  readonly tasks: BroadcastTask[] = [];
  readonly clock = new SkippingClock(Date.parse('2026-01-01T12:00:00Z'));
  readonly #tables: Awaited<ReturnType<typeof emptyTable>>;
  readonly #names = new Set<string>();
  readonly #dependencies: StartDependencies;

  private constructor(tables: Awaited<ReturnType<typeof emptyTable>>) {
    this.#tables = tables;
    this.#dependencies = {
      broadcasts: tables.broadcasts,
      broadcastRequests: new MemoryRequestTable(),
      queue: {
        sendAll: async (all) => {
          for (const task of all) this.#enqueue(task);
        },
      },
      clock: this.clock,
      random: () => 0.5,
      lastAttemptAt: this.clock.now() + 20_000,
    };
  }

  static async open(): Promise<World> {
    const world = new World(await emptyTable());
    for (let index = 0; index < connections; index++) {
      await world.#tables.connections.addConnection(`u${index}`, {
        connectionId: `c${index}`,
        registeredAt: world.clock.now(),
        expiresAt: world.clock.now() / 1_000 + 86_400,
        isFramed: false,
      });
    }
    return world;
  }

  async start(): Promise<string> {
    const accepted = await startBroadcast('"wrong"', 'key', this.#dependencies);
    return 'broadcast' in accepted ? accepted.broadcast : expect.fail('not accepted');
  }

  /** Works on the next task; before each operation of the worker on the broadcast's items it awaits `step`. */
  async work(step: (name: string) => Promise<void> = async () => {}): Promise<void> {
    const task = this.tasks.shift();
    if (task === undefined) return;
    await workOnTask(task, {
      broadcasts: stepwise(this.#tables.broadcasts, step),
      table: this.#tables.connections,
      connections: {
        post: async (connectionId) => {
          this.posts.push(connectionId);
          return 'delivered';
        },
      },
      queue: { send: async (next) => this.#enqueue(next) },
      deadLetters: { send: async () => {} },
      postsPerSecond: 1_000,
      pageSize: 4,
      clock: this.clock,
      recordMetrics: () => {},
    });
  }

  request(method: 'GET' | 'DELETE', id: string): Promise<BroadcastStatus> {
    const route = broadcastRoutes.find((one) => one.method === method && one.path === '/broadcasts/:id');
    const event = { rawPath: '', rawQueryString: '', headers: {}, isBase64Encoded: false };
    const request = { event: { ...event, requestContext: { http: { method } } }, params: { id }, query: {} };
    return route!.handle(request, this.#dependencies).then(({ body }) => JSON.parse(body));
  }

  #enqueue(task: BroadcastTask): void {
    if (!this.#names.has(nameOf(task))) this.tasks.push(task);
    this.#names.add(nameOf(task));
  }
}

test('a broadcast that is stopped posts no further page, and says what was sent, to whoever asks', async () => {
  const world = await World.open();
  const id = await world.start();
  for (let done = 0; done < BROADCAST_SEGMENTS; done++) await world.work();
  const sent = world.posts.length;
  expect(world.tasks.length).toBeGreaterThan(0);

  const stoppedAt = new Date(world.clock.now()).toISOString();
  const stopped = await world.request('DELETE', id);
  while (world.tasks.length > 0) await world.work();

  expect(world.posts).toHaveLength(sent);
  expect(stopped).toEqual({
    broadcast: id,
    state: 'stopped',
    delivered: sent,
    gone: 0,
    failed: 0,
    startedAt: '2026-01-01T12:00:00.000Z',
    stoppedAt,
  });
  expect(await world.request('GET', id)).toEqual(stopped);
  world.clock.advance(60_000);
  expect(await world.request('DELETE', id)).toEqual(stopped);
});

test('a broadcast that is finished is answered as it is', async () => {
  const world = await World.open();
  const id = await world.start();
  while (world.tasks.length > 0) await world.work();
  const finished = await world.request('GET', id);

  expect(finished).toMatchObject({ state: 'finished', delivered: connections });
  expect(await world.request('DELETE', id)).toEqual(finished);
});

test('starting it again with its key does not bring a stopped broadcast back', async () => {
  const world = await World.open();
  const id = await world.start();
  await world.request('DELETE', id);

  expect(await world.start()).toBe(id);
  while (world.tasks.length > 0) await world.work();
  expect(world.posts).toEqual([]);
  expect(await world.request('GET', id)).toMatchObject({ state: 'stopped', delivered: 0 });
});

test('stopped while workers are in the middle of their pages, they end these, and count each post', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const world = await World.open();
      const id = await world.start();
      const worker = (number: number) =>
        world.work((name) => scheduler.schedule(Promise.resolve(), `worker ${number}: ${name}`));
      const stop = async () => {
        await scheduler.schedule(Promise.resolve(), 'stop');
        await world.request('DELETE', id);
      };
      await scheduler.waitFor(
        Promise.all([...Array.from({ length: 4 }, (_, number) => worker(number)), stop()]),
      );
      const afterStop = world.posts.length;
      while (world.tasks.length > 0) await world.work();

      expect(world.posts).toHaveLength(afterStop);
      expect(new Set(world.posts).size).toBe(world.posts.length);
      expect(await world.request('GET', id)).toMatchObject({ state: 'stopped', delivered: afterStop });
    }),
    { numRuns: 15 },
  );
});
