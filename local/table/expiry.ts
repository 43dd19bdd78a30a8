import type { Clock } from '../../protocol/clock.ts';
import type { TablePlan } from '../template/table-plan.ts';
import { type CallTable, TableClientError } from './table-client.ts';

export type ExpiryOptions = {
  call: CallTable;
  table: TablePlan;
  clock: Clock;
  /** Receives a line for each failure. */
  onLog: (line: string) => void;
};

/**
 * How often expired items are looked for. DynamoDB promises no more than "within a few days", so until then readers
 * meet them.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
const sweepIntervalMs = 60_000;

type Item = Record<string, unknown>;

/**
 * DynamoDB's time to live: deletes items some time after the moment that their TTL attribute names, in epoch seconds.
 */
export function startExpiry({ call, table, clock, onLog }: ExpiryOptions): { stop(): Promise<void> } {
  const attribute = table.timeToLiveAttribute;
  if (attribute === undefined) return { stop: async () => {} };

  let stopped = false;
  let cancel = () => {};
  let underWay = Promise.resolve();
  const schedule = () => {
    if (stopped) return;
    cancel = clock.after(sweepIntervalMs, () => {
      underWay = sweep(call, table, attribute, Math.floor(clock.now() / 1_000))
        .catch((error: unknown) => onLog(`expired items were not deleted: ${error}`))
        .then(schedule);
    });
  };
  schedule();
  return {
    stop: () => {
      stopped = true;
      cancel();
      return underWay;
    },
  };
}

async function sweep(call: CallTable, table: TablePlan, attribute: string, now: number): Promise<void> {
  const expired = {
    TableName: table.name,
    ExpressionAttributeNames: { '#ttl': attribute },
    ExpressionAttributeValues: { ':now': { N: String(now) } },
  };
  let startKey: unknown;
  do {
    const page = await call('Scan', {
      ...expired,
      FilterExpression: '#ttl < :now',
      ...(startKey ? { ExclusiveStartKey: startKey } : {}),
    });
    for (const item of page.Items as Item[]) {
      const Key = Object.fromEntries(table.keySchema.map(({ AttributeName: name }) => [name, item[name]]));
      // The item may have been given a later end since it was read.
      await call('DeleteItem', { ...expired, Key, ConditionExpression: '#ttl < :now' }).catch(unlessChanged);
    }
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}

function unlessChanged(error: unknown): void {
  const changed = error instanceof TableClientError && error.code === 'ConditionalCheckFailedException';
  if (!changed) throw error;
}
