import type { Clock } from '../../protocol/clock.ts';
import { type Service, startServices } from '../services.ts';
import type { TablePlan } from '../template/table-plan.ts';
import { startExpiry } from './expiry.ts';
import { type CallTable, tableClient } from './table-client.ts';
import { startTableServer } from './table-server.ts';

export type TablesOptions = {
  clock: Clock;
  /** Receives a line for each failure; `source` is a table's name. */
  onLog: (source: string, line: string) => void;
};

/** The stack's DynamoDB tables, in memory. */
export type Tables = Service & {
  /** DynamoDB's address. */
  endpoint: string;
};

export function startTables(plans: readonly TablePlan[], { clock, onLog }: TablesOptions): Promise<Tables> {
  return startServices(async (services) => {
    const { endpoint } = await services.add(startTableServer());
    const call = tableClient(endpoint);
    for (const plan of plans) {
      await createTable(call, plan);
      const log = (line: string) => onLog(plan.name, line);
      services.addStarted(startExpiry({ call, table: plan, clock, onLog: log }));
    }
    return { endpoint };
  });
}

/** Creates the table and waits until it is active. */
async function createTable(call: CallTable, plan: TablePlan): Promise<void> {
  await call('CreateTable', {
    TableName: plan.name,
    AttributeDefinitions: plan.attributeDefinitions,
    KeySchema: plan.keySchema,
    BillingMode: 'PAY_PER_REQUEST',
  });
  const isActive = async () => {
    const { Table } = await call('DescribeTable', { TableName: plan.name });
    return (Table as { TableStatus: string }).TableStatus === 'ACTIVE';
  };
  // It takes DynamoDB's stand-in a moment, and never longer.
  while (!(await isActive()));
}
