import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { MAX_GROUP_CONNECTIONS_AT_ONCE } from '../../protocol/limits.ts';
import { type Activity, readUnits } from './activities.ts';
import { type Calls, totalOf } from './calls.ts';
import { BROADCAST_PAGE_ITEMS, deployedModel, GROUP_ROW_BYTES, POSTS_PER_WORKER_SECOND } from './model.ts';
import { costOf } from './monthly-cost.ts';
import { usagePerOperation as usage } from './usage-per-operation.ts';

/** What a group of so many connections costs, each of another uid: dollars. */
export type GroupCost = {
  connections: number;
  /** Every page joins. */
  join: number;
  /** Every page leaves. */
  leave: number;
  /** A backend puts every uid in. */
  put: number;
  /** Every page replaces its connection: what the group adds to that. */
  replace: number;
  push: number;
};

export const groupCosts = (): GroupCost[] => [10, 1_000, 100_000].map(groupCost);

function groupCost(connections: number): GroupCost {
  const all = (calls: Calls) => costOf({ name: 'all', calls: totalOf([connections, calls]) });
  return {
    connections,
    join: all(usage.joinGroup),
    leave: all(usage.joinGroup),
    put: all(totalOf([1, usage.request], [1, usage.putIntoGroup], [1, usage.putConnectionIntoGroup])),
    // It registers anew, and the connection before ends.
    replace: all(totalOf([2 * 3, usage.followGroups], [2, usage.groupRow])),
    push: costOf(pushTo(connections)),
  };
}

function pushTo(connections: number): Activity {
  const name = 'push';
  const deliveries = totalOf([connections, usage.delivery]);
  const unitsBeyond = (rows: number, requests: number) =>
    Math.max(0, readUnits(rows * GROUP_ROW_BYTES) - requests);
  if (connections <= MAX_GROUP_CONNECTIONS_AT_ONCE) {
    const calls = totalOf([1, usage.request], [1, usage.lookup], [1, deliveries]);
    return { name, calls, beyond: { tableRead: unitsBeyond(connections, 1) } };
  }
  // The push function finds out that they are too many; the workers read them by pages.
  const pages = BROADCAST_SEGMENTS * Math.ceil(connections / BROADCAST_SEGMENTS / BROADCAST_PAGE_ITEMS);
  const workerGb = deployedModel.functions.broadcastWorker.memoryMb / 1_024;
  return {
    name,
    calls: totalOf(
      [1, usage.broadcast],
      [1, usage.lookup],
      [pages, usage.groupPage],
      [pages - BROADCAST_SEGMENTS, usage.nextPage],
      [1, deliveries],
    ),
    beyond: {
      tableRead: unitsBeyond(MAX_GROUP_CONNECTIONS_AT_ONCE, 1) + unitsBeyond(connections, pages),
      // Lambda receives and deletes each task.
      queueRequest: 2 * pages,
      functionGbSecond: (connections / POSTS_PER_WORKER_SECOND) * workerGb,
    },
  };
}
