import { randomUUID } from 'node:crypto';
import { MAX_GROUP_CONNECTIONS } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { GroupPushResult } from '../../protocol/push-api.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { outgoing } from '../connection/outgoing.ts';
import {
  Claim,
  claimKey,
  fingerprintOf,
  groupRequestName,
  type KeyProblem,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import { errorName, logError, logInfo } from '../log.ts';
import { groupPushMetrics } from '../metrics/metrics.ts';
import { deliverToConnection } from '../push/deliver-to-connection.ts';
import type { PushOptions } from '../push/push-options.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { GroupRow, GroupTable } from './group-table.ts';
import { isOutgrown } from './layout.ts';

export type GroupPushDependencies = RequestScope & {
  table: ConnectionTable;
  groupTable: GroupTable;
  /** Pushes to groups that came with an idempotency key. */
  groupRequests: RequestTable<GroupPushResult>;
};

/** The group has more connections than a push reaches. Nobody was posted to. */
export type TooLarge = { code: typeof ProblemCode.groupTooLarge; detail: string };

type Addressed = { group: string; text: string; selection: PushOptions['selection'] };

/** Pushes a message to the connections of a group; with an idempotency key, once. */
export async function pushToGroup(
  message: Addressed,
  idempotencyKey: string | undefined,
  dependencies: GroupPushDependencies,
): Promise<GroupPushResult | Refusal | KeyProblem | TooLarge> {
  if (idempotencyKey === undefined) return pushOnce(message, randomUUID(), dependencies);
  const fingerprint = fingerprintOf(message.text, 0, message.selection);
  const claim = await claimKey(groupRequestName(message.group, idempotencyKey), fingerprint, {
    ...dependencies,
    requests: dependencies.groupRequests,
  });
  if (!(claim instanceof Claim)) return claim;
  let tooLarge: TooLarge | undefined;
  const pushed = await claim.endWith(
    pushOnce(message, claim.id, dependencies).then((outcome) => {
      if (!isTooLarge(outcome)) return outcome;
      tooLarge = outcome;
      return notPushed;
    }),
  );
  // An earlier attempt may have posted, when the group was smaller.
  return tooLarge && isRefusal(pushed) && pushed.code === RefusalCode.unavailable ? tooLarge : pushed;
}

export function isTooLarge(outcome: object): outcome is TooLarge {
  return 'code' in outcome && outcome.code === ProblemCode.groupTooLarge;
}

/**
 * All who were in when this began get it, and nobody who had left: all rows are read, strongly consistent, before
 * anything is posted.
 */
async function pushOnce(
  { group, text, selection }: Addressed,
  id: string,
  dependencies: GroupPushDependencies,
): Promise<GroupPushResult | Refusal | TooLarge> {
  const { clock, recordMetrics, traceparent } = dependencies;
  const startedAt = clock.now();
  const rows = await lookUp(group, dependencies);
  if (rows === undefined) return notLookedUp;
  if (rows.length > MAX_GROUP_CONNECTIONS) return tooLarge;
  const result = { group, delivered: 0, gone: 0, failed: 0, excluded: 0 };
  const message = outgoing(id, text, true, { traceparent });
  const delivery = { draft: { selection }, message, result };
  await Promise.all(
    rows.map(async (row) => {
      const outcome = await deliverToConnection(row.uid, row, [delivery], dependencies);
      if (outcome === 'gone') await forget(group, row, dependencies);
    }),
  );
  const { delivered, gone, failed } = result;
  logInfo('pushed-to-group', { delivered, gone, failed });
  recordMetrics(groupPushMetrics(result, clock.now() - startedAt));
  return result;
}

/** Returns `undefined` when the table can't be read. */
async function lookUp(
  group: string,
  { groupTable, clock, limitTableRequests }: GroupPushDependencies,
): Promise<GroupRow[] | undefined> {
  try {
    const { rows, layout } = await limitTableRequests(() =>
      groupTable.rowsOf(group, clock.now(), MAX_GROUP_CONNECTIONS),
    );
    if (isOutgrown(layout, rows.length)) await groupTable.growLayout(group, layout, clock.now());
    return rows;
  } catch (error) {
    logError('lookup-failed', { error: errorName(error) });
    return undefined;
  }
}

/**
 * The row of a connection that is gone. With the connection its rows in the uid's groups went already; this one may be
 * there for a function that died. Never throws: the row expires.
 */
async function forget(
  group: string,
  { uid, connectionId }: GroupRow,
  { groupTable, clock, limitTableRequests }: GroupPushDependencies,
): Promise<void> {
  try {
    await limitTableRequests(async () => {
      const layout = await groupTable.layoutOf(group);
      await groupTable.removeRow(group, layout, uid, connectionId, clock.now());
    });
  } catch (error) {
    logError('forget-failed', { connectionId, error: errorName(error) });
  }
}

const notLookedUp = refuse(
  RefusalCode.unavailable,
  'the connections of this group could not be read; nothing was pushed',
);
const notPushed = refuse(RefusalCode.unavailable, 'the group is too large; nothing was pushed');
const tooLarge: TooLarge = {
  code: ProblemCode.groupTooLarge,
  detail: `the group has over ${MAX_GROUP_CONNECTIONS} connections; nothing was pushed`,
};
