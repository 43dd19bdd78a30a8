import type { Clock } from '../protocol/clock.ts';
import { type EventBuses, startEventBuses } from './event-bus/event-buses.ts';
import type { ServiceEndpoints } from './functions/function-environment.ts';
import type { OnMetric } from './metrics/metric.ts';
import { type Queues, startQueues } from './queue/queues.ts';
import { type Secrets, startSecrets } from './secrets/secrets.ts';
import { type Service, startServices } from './services.ts';
import { startFaultyTables } from './table/faulty-tables.ts';
import type { TableFaults } from './table/table-faults.ts';
import { startTables, type Tables } from './table/tables.ts';
import type { Plan } from './template/plan.ts';

export type AwsServicesOptions = {
  clock: Clock;
  /** By which the queues' messages become visible again. */
  queueClock: Clock;
  /** Faults of the tables, for functions only. @default none */
  tableFaults?: TableFaults | undefined;
  onLog: (source: string, line: string) => void;
  onMetric?: OnMetric | undefined;
};

/** The services of AWS that functions call. */
export type AwsServices = Service & {
  tables: Tables;
  queues: Queues;
  buses: EventBuses;
  secrets: Secrets;
  /** Where functions find them. */
  endpoints: ServiceEndpoints;
};

export function startAwsServices(
  plan: Pick<Plan, 'tables' | 'queues' | 'secrets'>,
  { clock, queueClock, tableFaults, onLog, onMetric }: AwsServicesOptions,
): Promise<AwsServices> {
  return startServices(async (services) => {
    const tables = await services.add(startTables(plan.tables, { clock, onLog }));
    const functionTables = tableFaults
      ? await services.add(startFaultyTables(tables.endpoint, tableFaults, clock, onMetric))
      : tables;
    const queues = await services.add(startQueues(plan.queues, queueClock));
    const buses = await services.add(startEventBuses(clock));
    const secrets = await services.add(startSecrets(plan.secrets, clock));
    const endpoints = {
      dynamoDb: functionTables.endpoint,
      sqs: queues.endpoint,
      eventBridge: buses.endpoint,
      secretsManager: secrets.endpoint,
    };
    return { tables, queues, buses, secrets, endpoints };
  });
}
