import { Duration } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import { deadLetterQueue, fifoByGroup } from './fifo-queue.ts';
import { FunctionSource } from './function-source.ts';
import { GeneratedSecret } from './generated-secret.ts';
import { LambdaFunction } from './lambda-function.ts';

/** An event is sent as often, over a day: `lambda/webhook/back-off.ts`. */
const maxReceiveCount = 32;

const workerTimeout = Duration.seconds(25);

/** Posts events to an address, in the order of each uid's, and again for a day where it doesn't take them. */
export class PresenceWebhook extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly worker: LambdaFunction;
  readonly secret: Secret;

  constructor(scope: Construct, id: string, url: string) {
    super(scope, id);
    this.deadLetterQueue = deadLetterQueue(this, 'events that the webhook did not take');
    this.queue = new Queue(this, 'Queue', {
      ...fifoByGroup,
      visibilityTimeout: workerTimeout.plus(Duration.seconds(5)),
      // Longer than all attempts take, so that an event ends among the dead letters.
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
    // The base64 of 33 bytes is letters and digits, too: a value of Standard Webhooks, but for its prefix `whsec_`.
    this.secret = new GeneratedSecret(this, 'Secret', {
      description: 'What events of presence are signed with: whsec_ and this value',
      length: 44,
      notRotatedBecause:
        'A new value has to reach the receiver too, which only its owner can do; events are signed with the one before as well.',
    });
    this.worker = new LambdaFunction(this, 'Worker', {
      source: FunctionSource.webhookWorker,
      timeout: workerTimeout,
    });
    this.secret.grantRead(this.worker);
    this.queue.grant(this.worker, 'sqs:ChangeMessageVisibility');
    this.worker.addEnvironment(EnvironmentVariable.webhookUrl, url);
    this.worker.addEnvironment(EnvironmentVariable.webhookQueueUrl, this.queue.queueUrl);
    this.worker.addEnvironment(EnvironmentVariable.webhookSecretId, this.secret.secretArn);
    this.worker.workOn(this.queue, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures: true });
  }
}
