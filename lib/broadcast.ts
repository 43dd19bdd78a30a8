import { Duration } from 'aws-cdk-lib';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import type { ConnectionTable } from './connection-table.ts';
import { deadLetterQueue, fifo } from './fifo-queue.ts';
import { FunctionSource } from './function-source.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { MessageTable } from './message-table.ts';
import type { WebSocketGateway } from './websocket-gateway.ts';

/** Workers that run at the same time, for all together: one for each segment of a broadcast. */
const workers = 10;

const workerTimeout = Duration.seconds(30);

/** How often a task is handed to a worker before it is put aside. */
const maxReceiveCount = 5;

export type BroadcastProps = {
  table: ConnectionTable;
  messages: MessageTable;
  gateway: WebSocketGateway;
  /** Posts that all of them together may start per second. */
  postsPerSecond: number;
  /** By which log lines have uids. */
  uidHashKey: string;
  /** How many workers are reserved. */
  concurrency: number | undefined;
};

/**
 * Broadcasts, and multicasts and pushes to groups that are done in the background: a queue of tasks, the workers that
 * do them, and a queue for what failed.
 */
export class Broadcast extends Construct {
  /** Does the tasks. */
  readonly worker: LambdaFunction;
  readonly queue: Queue;
  /** Keeps for two weeks what failed time and again. */
  readonly deadLetterQueue: Queue;
  readonly #pace: string;

  constructor(scope: Construct, id: string, props: BroadcastProps) {
    super(scope, id);
    const { table, messages, gateway, postsPerSecond, uidHashKey, concurrency } = props;
    this.deadLetterQueue = deadLetterQueue(this, 'tasks that failed');
    this.queue = new Queue(this, 'Tasks', {
      ...fifo,
      // A task that its worker neither finished nor gave back is received again after this. It must be longer than the
      // worker's timeout. AWS recommends six times that, for functions that are throttled and for batches; here there
      // is one task a batch.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() + 10),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });

    this.worker = new LambdaFunction(this, 'Worker', {
      source: FunctionSource.broadcastWorker,
      timeout: workerTimeout,
      memorySize: 1_024,
      reservedConcurrency: concurrency,
      // Each page asks for the next one by the queue, and the SDK hands on the header by which Lambda counts. The chain
      // ends: a page is asked for once, and the table has an end.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      isLoop: true,
    });
    this.worker.addEnvironment(EnvironmentVariable.uidHashKey, uidHashKey);
    table.grantBroadcast(this.worker);
    messages.grantBroadcast(this.worker);
    gateway.grantPost(this.worker);
    this.#pace = String(postsPerSecond / workers);
    this.grantShare(this.worker);
    this.deadLetterQueue.grant(this.worker, 'sqs:SendMessage');
    this.worker.addEnvironment(
      EnvironmentVariable.broadcastDeadLetterQueueUrl,
      this.deadLetterQueue.queueUrl,
    );
    this.worker.workOn(this.queue, { batchSize: 1, maxConcurrency: workers });
  }

  /** Lets `fn` ask for the tasks of a broadcast to be done. */
  grantStart(fn: CdkFunction): void {
    this.queue.grant(fn, 'sqs:SendMessage');
    fn.addEnvironment(EnvironmentVariable.broadcastQueueUrl, this.queue.queueUrl);
  }

  /** Lets `fn` post as fast as a worker may, and ask for tasks with the rest. */
  grantShare(fn: CdkFunction): void {
    this.grantStart(fn);
    fn.addEnvironment(EnvironmentVariable.postsPerSecond, this.#pace);
  }
}
