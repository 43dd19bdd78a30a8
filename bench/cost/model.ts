import type { CallKind, Calls } from './calls.ts';
import { usagePerOperation } from './usage-per-operation.ts';

type FunctionKind = Extract<CallKind, `${string}Function` | `${string}Worker`>;

/** Parts of a deployment that cost. */
export type CostModel = {
  usage: Readonly<Record<keyof typeof usagePerOperation, Calls>>;
  functions: Readonly<Record<FunctionKind, FunctionCost>>;
  /** Bytes that Lambda itself logs of each invocation that succeeds. */
  platformLogBytes: number;
  /** Polls of the broadcasts' queue, a month. */
  idleQueueRequests: number;
  /** How long a page keeps a connection before it replaces it. */
  connectionLifeHours: number;
  /** Bytes that a frame adds to its message. */
  frameBytes: number;
};

/**
 * Memory is the template's. How long an invocation takes is assumed. `metersItself`: with monitoring it logs a line of
 * metrics.
 */
type FunctionCost = { memoryMb: number; assumedMs: number; metersItself: boolean };

/**
 * The deployment that this repository makes. Assumed, because only an account can tell: durations (5 ms, and 5 ms for
 * each call to AWS that waits for the one before) and no cold starts.
 */
export const deployedModel: CostModel = {
  usage: usagePerOperation,
  functions: {
    connectFunction: { memoryMb: 256, assumedMs: 5, metersItself: false },
    registerFunction: { memoryMb: 256, assumedMs: 25, metersItself: true },
    disconnectFunction: { memoryMb: 256, assumedMs: 15, metersItself: true },
    pushFunction: { memoryMb: 512, assumedMs: 15, metersItself: true },
    // Without its posts, which take as long as their rate allows.
    broadcastWorker: { memoryMb: 1_024, assumedMs: 25, metersItself: true },
    presenceWorker: { memoryMb: 256, assumedMs: 35, metersItself: false },
  },
  // With `lambdaLogFormat=text` about 350: START, END and REPORT, of about 90 bytes each, and the 26 bytes that
  // CloudWatch adds to a line. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
  platformLogBytes: 0,
  // Five pollers, each with a receive of 20 seconds after the other.
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  idleQueueRequests: 650_000,
  // API Gateway ends a connection after 2 hours; the browser client replaces it 5 to 10 minutes before.
  connectionLifeHours: 1.875,
  frameBytes: 70,
};

/** Items of the table, in bytes, for uids of 36 characters. */
export const CONNECTION_ITEM_BYTES = 120;
export const REGISTRATION_ITEM_BYTES = 100;
/** The row of a connection in a group. */
export const GROUP_ROW_BYTES = 150;

/** Broadcasts, as they are configured by default: items that a page reads, posts of one worker a second. */
export const BROADCAST_PAGE_ITEMS = 1_000;
export const POSTS_PER_WORKER_SECOND = 500;

/** The text endpoint's task. */
export const TASK_CPU = 0.25;
export const TASK_MEMORY_GB = 0.5;

/** `monitoring=true`. Assumed. */
export const monitoringModel = {
  /** The line of metrics that an invocation logs: at most one. */
  metricLineBytes: 700,
  /** Fifteen names, and the refusals of tokens by three codes. */
  customMetrics: 18,
  /** An alarm on an expression is billed by the metrics in it. */
  alarmMetrics: 37,
  compositeAlarms: 2,
  dashboards: 1,
  /** Every 5 minutes the open connections are counted. */
  countsPerHour: 12,
  canary: { runsPerHour: 60, memoryMb: 256, assumedMs: 500 },
} as const;
