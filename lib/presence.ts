import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import { acknowledge, acknowledgeOf } from './acknowledge.ts';
import type { Broadcast } from './broadcast.ts';
import type { ConnectionTable } from './connection-table.ts';
import { deadLetterQueue, fifoByGroup } from './fifo-queue.ts';
import { FunctionSource } from './function-source.ts';
import type { GroupTable } from './group-table.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { MessageTable } from './message-table.ts';
import type { WatchedFunction } from './monitoring/watched.ts';
import type { PresenceOptions } from './presence-options.ts';
import { PresenceWebhook } from './presence-webhook.ts';
import { runRegularly } from './run-regularly.ts';
import { settings } from './settings/settings.ts';
import type { WebSocketGateway } from './websocket-gateway.ts';

/** Workers that run at the same time on one queue; each has up to ten uids. */
const maxConcurrency = 10;

const workerTimeout = Duration.seconds(20);

/** How often a message is handed to a worker before it is put aside: eight minutes. */
const maxReceiveCount = 20;

export type PresenceProps = PresenceOptions & {
  readonly table: ConnectionTable;
  readonly messages: MessageTable;
};

/** What leads to the pages that watch. */
type Pages = { gateway: WebSocketGateway; broadcast: Broadcast; groups: GroupTable | undefined };

/**
 * Who comes online and who leaves: two queues of uids to look at, the worker that does, and those whom it tells. Made
 * by `UidPush`.
 */
export class Presence extends Construct {
  /** The queue of the events; undefined unless it was asked for. */
  readonly eventQueue: Queue | undefined;
  /** The event bus of the events, made here or given; undefined without one. */
  readonly eventBus: IEventBus | undefined;
  /** Keeps for two weeks what failed time and again. */
  readonly deadLetterQueue: Queue;
  /** What events for the webhook are signed with: `whsec_` and its value; undefined without one. */
  readonly webhookSecret: Secret | undefined;
  /** Keeps for two weeks the events that the webhook has not taken for a day; undefined without one. */
  readonly webhookDeadLetterQueue: Queue | undefined;
  /** @internal Looks at uids. */
  readonly worker: LambdaFunction;
  /** @internal Asks for looks that are due. */
  readonly sweep: LambdaFunction;
  /** @internal Seconds for which a uid waits at least in the queue of settles. */
  readonly graceSeconds: number;
  readonly #webhook: PresenceWebhook | undefined;
  readonly #lookQueue: Queue;
  readonly #settleQueue: Queue;
  readonly #table: ConnectionTable;
  readonly #messages: MessageTable;
  readonly #watch: boolean;
  readonly #claimedWatch: boolean;

  /** @internal */
  constructor(scope: Construct, id: string, props: PresenceProps) {
    super(scope, id);
    const {
      table,
      messages,
      queue = false,
      eventBus,
      webhook,
      graceSeconds = settings.presenceGraceSeconds.default,
      watch = false,
      claimedWatch = false,
    } = props;
    this.#watch = watch;
    this.#claimedWatch = claimedWatch;
    this.graceSeconds = graceSeconds;
    this.#table = table;
    this.#messages = messages;
    this.deadLetterQueue = deadLetterQueue(this, 'uids that could not be looked at');
    const worked = {
      ...fifoByGroup,
      visibilityTimeout: workerTimeout.plus(Duration.seconds(5)),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    };
    this.#lookQueue = new Queue(this, 'Looks', worked);
    // A FIFO queue delays all of its messages alike.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
    this.#settleQueue = new Queue(this, 'Settles', {
      ...worked,
      deliveryDelay: Duration.seconds(graceSeconds),
    });

    this.worker = new LambdaFunction(this, 'Worker', {
      source: FunctionSource.presenceWorker,
      timeout: workerTimeout,
      // A settle is followed by a look, and that by a settle where the uid has come and gone meanwhile.
      isLoop: true,
    });
    this.worker.addEnvironment(EnvironmentVariable.presenceGraceSeconds, String(graceSeconds));
    table.grantRead(this.worker);
    messages.grantPresence(this.worker);
    this.#grantSend(this.worker, this.#lookQueue, EnvironmentVariable.lookQueueUrl);
    this.#grantSend(this.worker, this.#settleQueue, EnvironmentVariable.settleQueueUrl);
    for (const source of [this.#lookQueue, this.#settleQueue]) {
      this.worker.workOn(source, { batchSize: 10, maxConcurrency, reportBatchItemFailures: true });
    }
    this.sweep = this.#makeSweep();
    if (queue) this.eventQueue = this.#makeEventQueue();
    this.eventBus = eventBus === 'own' ? this.#makeEventBus() : eventBus;
    if (this.eventBus) this.#grantPutEvents(this.eventBus);
    if (webhook === undefined) return;
    this.#webhook = new PresenceWebhook(this, 'Webhook', webhook);
    this.#grantSend(this.worker, this.#webhook.queue, EnvironmentVariable.webhookQueueUrl);
    this.webhookSecret = this.#webhook.secret;
    this.webhookDeadLetterQueue = this.#webhook.deadLetterQueue;
  }

  /** @internal Whether pages can watch uids. */
  get hasWatch(): boolean {
    return this.#watch;
  }

  /** @internal What waits: uids to look at, and events to be taken, by the names of their queues. */
  get waiting(): { uids: Record<string, Queue>; events: Record<string, Queue> } {
    return {
      uids: { Looks: this.#lookQueue, Settles: this.#settleQueue },
      events: {
        ...(this.eventQueue && { Events: this.eventQueue }),
        ...(this.#webhook && { Webhook: this.#webhook.queue }),
      },
    };
  }

  /** @internal */
  get functions(): WatchedFunction[] {
    return [
      { name: 'Presence', fn: this.worker, takesPushes: false },
      { name: 'Sweep', fn: this.sweep, takesPushes: false },
      ...(this.#webhook ? [{ name: 'Webhook', fn: this.#webhook.worker, takesPushes: false }] : []),
    ];
  }

  /** Lets `fn` announce that a uid has a new connection, and connections watch uids. */
  grantArrivals(fn: CdkFunction): void {
    this.#messages.grantReadPresence(fn);
    this.#grantSend(fn, this.#lookQueue, EnvironmentVariable.lookQueueUrl);
    if (!this.#watch) return;
    this.#messages.grantWatch(fn);
    if (this.#claimedWatch) fn.addEnvironment(EnvironmentVariable.claimedWatch, 'true');
  }

  /** Lets `fn` announce that a uid's last connection is gone, and end what a connection watched. */
  grantDepartures(fn: CdkFunction): void {
    this.#table.grantRead(fn);
    this.#messages.grantNoteLeft(fn);
    this.#grantSend(fn, this.#settleQueue, EnvironmentVariable.settleQueueUrl);
    if (!this.#watch) return;
    this.#table.grantReadRow(fn);
    this.#messages.grantEndWatch(fn);
  }

  /** @internal Lets the worker show changes to pages, and forget those that are gone: to many by `broadcast`. */
  grantShow({ gateway, broadcast, groups }: Pages): void {
    if (!this.#watch) return;
    this.#table.grantLookUp(this.worker);
    this.grantDepartures(this.worker);
    groups?.grantFollow(this.worker);
    this.#messages.grantReadWatchers(this.worker);
    gateway.grantPost(this.worker);
    broadcast.grantShare(this.worker);
  }

  /** Finds those whose `$disconnect` was lost. */
  #makeSweep(): LambdaFunction {
    const scope = new Construct(this, 'Sweep');
    const source = FunctionSource.presenceSweep;
    const sweep = new LambdaFunction(scope, 'Function', { source, timeout: Duration.seconds(50) });
    this.#messages.grantSweep(sweep);
    this.#grantSend(sweep, this.#lookQueue, EnvironmentVariable.lookQueueUrl);
    runRegularly(scope, sweep, Duration.minutes(1));
    return sweep;
  }

  #makeEventQueue(): Queue {
    const eventQueue = new Queue(this, 'Events', { ...fifoByGroup, retentionPeriod: Duration.days(4) });
    const consumersChoice =
      'How often a message may fail is for its consumer to say, who knows what it does.';
    acknowledge(eventQueue, 'SQS3', consumersChoice);
    acknowledgeOf('Serverless', eventQueue, { SQSRedrivePolicy: consumersChoice });
    this.#grantSend(this.worker, eventQueue, EnvironmentVariable.presenceQueueUrl);
    return eventQueue;
  }

  #makeEventBus(): IEventBus {
    // Under exactOptionalPropertyTypes CDK's classes don't fit their own interfaces.
    return new EventBus(this, 'EventBus') as IEventBus;
  }

  #grantPutEvents(bus: IEventBus): void {
    bus.grantPutEventsTo(this.worker);
    this.worker.addEnvironment(EnvironmentVariable.presenceEventBusArn, bus.eventBusArn);
  }

  #grantSend(fn: CdkFunction, queue: Queue, variable: string): void {
    queue.grant(fn, 'sqs:SendMessage');
    fn.addEnvironment(variable, queue.queueUrl);
  }
}
