import { describe, expect, test } from 'vitest';
import { type BroadcastTask, nameOf } from '../../../lambda/broadcast/broadcast-task.ts';
import { workOnTask } from '../../../lambda/broadcast/work-on-task.ts';
import { groupRecipients } from '../../../lambda/groups/group-recipients.ts';
import { type Layout, smallLayout } from '../../../lambda/groups/layout.ts';
import { pushToGroup } from '../../../lambda/groups/push-to-group.ts';
import { createRouting } from '../../../lambda/http/router.ts';
import { multicastStatusRoutes } from '../../../lambda/multicast/status-routes.ts';
import type { Selection } from '../../../protocol/selection.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import * as fc from '../../support/properties.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';
import { withFinishPage } from '../../support/with-finish-page.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const death = new Error('the worker died');
const group = 'g';

type World = {
  connections: number;
  selection?: Selection;
  /** What becomes of the n-th post to a connection. */
  outcomeOf?(connectionId: string, attempt: number): 'delivered' | 'gone' | 'failed';
  /** Numbers of the steps (of all workers, counted from 0) at which a worker dies. */
  crashes?: readonly number[];
  /** Numbers of the steps at which the group grows, and one of its connections registers anew. */
  growths?: readonly number[];
};

/** A group, a push to it, its queue (each task once by its name, redelivered while its worker dies) and its workers. */
async function push({
  connections,
  selection,
  outcomeOf = () => 'delivered',
  crashes = [],
  growths = [],
}: World) {
  const { connections: table, groups: groupTable, broadcasts, multicasts } = await emptyTable();
  const row = (index: number) => ({
    uid: `u${index % 7}`,
    connectionId: `c${index}`,
    isFramed: false,
    ...(index % 4 === 0 && { device: 'phone' }),
    expiresAt: now / 1_000 + 60,
  });
  for (let index = 0; index < connections; index++) await groupTable.putRow(group, smallLayout, row(index));
  const tasks: BroadcastTask[] = [];
  const names = new Set<string>();
  const posts = new Map<string, number>();
  const deadLetters: BroadcastTask[] = [];
  const clock = new SkippingClock(now);
  let steps = 0;
  const step = async () => {
    const number = steps++;
    if (growths.includes(number)) {
      await groupTable.growLayout(group, await groupTable.layoutOf(group), now);
      const layout: Layout = await groupTable.layoutOf(group);
      for (let index = 0; index < connections; index += 3) await groupTable.putRow(group, layout, row(index));
    }
    if (crashes.includes(number)) throw death;
  };
  const enqueue = (task: BroadcastTask) => {
    if (!names.has(nameOf(task))) tasks.push(task);
    names.add(nameOf(task));
  };
  const dependencies = {
    broadcasts: withFinishPage(broadcasts, async (...page) => {
      await step();
      await broadcasts.finishPage(...page);
      await step();
    }),
    table,
    groupRecipients: (name: string) => groupRecipients(name, { groupTable, table, clock }),
    connections: {
      post: async (connectionId: string) => {
        await step();
        const attempt = posts.get(connectionId) ?? 0;
        posts.set(connectionId, attempt + 1);
        return outcomeOf(connectionId, attempt);
      },
    },
    queue: { send: async (next: BroadcastTask) => enqueue(next) },
    deadLetters: { send: async (failed: BroadcastTask) => void deadLetters.push(failed) },
    postsPerSecond: 1e6,
    pageSize: 3,
    clock,
    recordMetrics: () => {},
  };
  const runAll = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      const again = task;
      await workOnTask(task, dependencies).catch((error: Error) => {
        if (error !== death) throw error;
        tasks.push(again);
      });
    }
  };
  const answer = await pushToGroup({ group, text: '{"n":1}', selection }, undefined, true, {
    ...pushDependencies({ table, clock }),
    groupTable,
    groupRequests: new MemoryRequestTable(),
    broadcasts,
    queue: { sendAll: async (first) => first.forEach(enqueue) },
  });
  const id = 'multicast' in answer ? answer.multicast : '';
  await runAll();
  const status = async () => {
    const event = {
      rawPath: `/multicasts/${id}`,
      rawQueryString: '',
      headers: {},
      requestContext: { http: { method: 'GET' } },
      isBase64Encoded: false,
    };
    const route = createRouting(multicastStatusRoutes);
    const { body } = await route(event, { ...pushDependencies(), multicasts, broadcasts });
    return JSON.parse(body);
  };
  const rowIds = async () =>
    (await groupTable.rowsOf(group, now, 1_000)).rows.map(({ connectionId }) => connectionId);
  return { id, answer, status, posts, deadLetters, enqueue, runAll, rowIds, groupTable };
}

describe('a push to a group in the background', () => {
  test('reaches each connection once, and its status says so', async () => {
    const { id, answer, status, posts } = await push({ connections: 60 });

    expect(answer).toEqual({ group, multicast: expect.any(String) });
    expect(await status()).toEqual({
      multicast: id,
      group,
      state: 'finished',
      delivered: 60,
      gone: 0,
      failed: 0,
      excluded: 0,
      startedAt: '2026-01-01T12:00:00.000Z',
      finishedAt: '2026-01-01T12:00:00.000Z',
    });
    expect(posts.size).toBe(60);
    expect([...posts.values()].every((count) => count === 1)).toBe(true);
  });

  test('to a group of nobody finishes', async () => {
    const { status } = await push({ connections: 0 });

    expect(await status()).toMatchObject({ state: 'finished', delivered: 0 });
  });

  test('leaves out who is not selected, and counts them', async () => {
    const { status, posts } = await push({ connections: 40, selection: { except: ['phone', 'c1'] } });

    expect(await status()).toMatchObject({ delivered: 29, excluded: 11 });
    expect(posts.size).toBe(29);
    expect(posts.has('c1') || posts.has('c8')).toBe(false);
  });

  test('takes those who are gone out of the group', async () => {
    const outcomeOf = (connectionId: string) =>
      connectionId.endsWith('5') ? ('gone' as const) : ('delivered' as const);
    const { status, rowIds } = await push({ connections: 30, outcomeOf });

    expect(await status()).toMatchObject({ delivered: 27, gone: 3 });
    expect(await rowIds()).toHaveLength(27);
    expect(await rowIds()).not.toContain('c15');
  });

  test('puts aside exactly the posts that failed, and counts them as they are when they have been redriven', async () => {
    const { status, posts, deadLetters, enqueue, runAll } = await push({
      connections: 30,
      outcomeOf: (id, attempt) => (id.endsWith('3') && attempt === 0 ? 'failed' : 'delivered'),
    });
    expect(await status()).toMatchObject({ delivered: 27, failed: 3 });
    const targets = deadLetters.flatMap((task) => ('targets' in task ? task.targets : []));
    expect(targets.map(({ connectionId }) => connectionId).sort()).toEqual(['c13', 'c23', 'c3']);
    deadLetters.forEach(enqueue);
    await runAll();

    expect(await status()).toMatchObject({ delivered: 30, failed: 0 });
    expect([...posts.values()].filter((count) => count === 2)).toHaveLength(3);
  });

  test('misses nobody and has exact counts while the group grows and workers die', async () => {
    const numbers = fc.uniqueArray(fc.nat(45), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (crashes, growths) => {
        const { status, posts } = await push({ connections: 21, crashes, growths });

        expect(await status()).toMatchObject({ state: 'finished', delivered: 21, gone: 0, failed: 0 });
        expect(posts.size).toBe(21);
        const repeated = [...posts.values()].reduce((sum, count) => sum + count - 1, 0);
        // A worker that dies has its page repeated, and nobody else's.
        expect(repeated).toBeLessThanOrEqual(3 * crashes.length);
      }),
      { numRuns: 6 },
    );
  });

  test('spreads a group further that is found to be large', async () => {
    const { groupTable } = await push({ connections: 3 });
    const { page } = groupRecipients(group, {
      groupTable,
      table: {} as never,
      clock: { now: () => now },
    });
    const digits = async () => (await groupTable.layoutOf(group)).digits;

    await page({ segment: 0, page: 1, cursor: undefined }, 200, now);
    expect(await digits()).toBe(0);
    await page({ segment: 0, page: 1, cursor: undefined }, 201, now);
    expect(await digits()).toBe(1);
    await page({ segment: 0, page: 3, cursor: undefined }, 1_000, now);
    expect(await digits()).toBe(1);
    await page({ segment: 0, page: 4, cursor: undefined }, 1_000, now);
    expect(await digits()).toBe(2);
  });
});
