import { randomUUID } from 'node:crypto';
import type { GroupPushAccepted, GroupPushResult } from '../../protocol/answers/groups.ts';
import { MAX_GROUP_CONNECTIONS_AT_ONCE } from '../../protocol/limits.ts';
import { type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import type { BroadcastTable } from '../broadcast/broadcast-table.ts';
import { type StartDependencies, startAs } from '../broadcast/start-broadcast.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  groupRequestName,
  type KeyProblem,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import { errorName, logError, logInfo, logWarning } from '../log.ts';
import { groupPostMetrics } from '../metrics/metrics.ts';
import { MetricName } from '../names.ts';
import { deliverToConnection } from '../push/deliver.ts';
import type { PushOptions } from '../push/push-options.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { GroupRow, GroupTable } from './group-table.ts';
import { isOutgrown, type Layout } from './layout.ts';
import { forgetRow } from './settle-rows.ts';

/** Answer to a push to a group, at once or when it has started. */
export type GroupPushAnswer = GroupPushResult | GroupPushAccepted;

export type GroupPushDependencies = RequestScope & {
  table: ConnectionTable;
  groupTable: GroupTable;
  /** Pushes to groups that came with an idempotency key. */
  groupRequests: RequestTable<GroupPushAnswer>;
  /** This and the queue are absent where all is done at once. */
  broadcasts?: Pick<BroadcastTable, 'addBroadcast'>;
  queue?: StartDependencies['queue'];
};

export type GroupPush = { group: string; text: string; selection: PushOptions['selection'] };

/**
 * Pushes a message to the connections of a group; with an idempotency key, once. Where they are too many for the time
 * of a request, it is done in the background, as a broadcast to the group.
 *
 * @param prefersBackground Whether that is so even if they are few.
 */
export async function pushToGroup(
  push: GroupPush,
  idempotencyKey: string | undefined,
  prefersBackground: boolean,
  dependencies: GroupPushDependencies,
): Promise<GroupPushAnswer | Refusal | KeyProblem> {
  const { broadcasts, queue } = dependencies;
  const background = broadcasts && queue && { ...dependencies, broadcasts, queue };
  const perform = async (id: string) => {
    if (prefersBackground && background) return start(push, id, background);
    const answer = await pushAtOnce(push, id, dependencies);
    if (answer !== 'too-many') return answer;
    return background ? start(push, id, background) : tooMany;
  };
  if (idempotencyKey === undefined) return perform(randomUUID());
  const fingerprint = fingerprintOf(push.text, 0, push.selection);
  const claim = await claimKey(groupRequestName(push.group, idempotencyKey), fingerprint, {
    ...dependencies,
    requests: dependencies.groupRequests,
  });
  if (!(claim instanceof Claim)) return claim;
  return claim.endWith(perform(claim.id));
}

async function start(
  { group, text, selection }: GroupPush,
  id: string,
  dependencies: Parameters<typeof startAs>[2],
): Promise<GroupPushAccepted> {
  await startAs(id, { text, to: { group, selection } }, dependencies);
  return { group, multicast: id };
}

/**
 * All who were in when this began get it, and nobody who had left: all rows are read, strongly consistent, before
 * anything is posted. Where they are too many nothing is.
 */
async function pushAtOnce(
  { group, text, selection }: GroupPush,
  id: string,
  dependencies: GroupPushDependencies,
): Promise<GroupPushResult | Refusal | 'too-many'> {
  const { clock, recordMetrics, traceparent, limitTableRequests } = dependencies;
  const startedAt = clock.now();
  const rows = await lookUp(group, dependencies);
  if (rows === undefined) return notLookedUp;
  if (rows.length > MAX_GROUP_CONNECTIONS_AT_ONCE) return 'too-many';
  const result = { group, delivered: 0, gone: 0, failed: 0, excluded: 0 };
  const message = new OutgoingMessage(id, text, true, { traceparent });
  const delivery = { message, selection, result };
  await Promise.all(
    rows.map(async (row) => {
      const outcome = await deliverToConnection(row.uid, row, [delivery], dependencies);
      if (outcome === 'gone') await limitTableRequests(() => forgetRow(group, row, dependencies));
    }),
  );
  const { delivered, gone, failed } = result;
  logInfo('pushed-to-group', { delivered, gone, failed });
  recordMetrics({ ...groupPostMetrics(result), [MetricName.pushLatency]: clock.now() - startedAt });
  return result;
}

/** Returns `undefined` when the table can't be read. */
async function lookUp(
  group: string,
  { groupTable, clock, limitTableRequests }: GroupPushDependencies,
): Promise<GroupRow[] | undefined> {
  try {
    const { rows, layout } = await limitTableRequests(() =>
      groupTable.rowsOf(group, clock.now(), MAX_GROUP_CONNECTIONS_AT_ONCE),
    );
    if (isOutgrown(layout, rows.length)) await grow(group, layout, groupTable, clock.now());
    return rows;
  } catch (error) {
    logError('lookup-failed', { error: errorName(error) });
    return undefined;
  }
}

/** A group that does not grow is only slower, and the next push sees to it. */
async function grow(group: string, before: Layout, groupTable: GroupTable, now: number): Promise<void> {
  try {
    await groupTable.growLayout(group, before, now);
  } catch (error) {
    logWarning('group-not-grown', { error: errorName(error) });
  }
}

const tooMany = refuse(
  RefusalCode.tooLarge,
  `by this URL a group may have ${MAX_GROUP_CONNECTIONS_AT_ONCE} connections; this one has more`,
);
const notLookedUp = refuse(
  RefusalCode.unavailable,
  'the connections of this group could not be read; nothing was pushed',
);
