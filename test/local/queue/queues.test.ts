import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  DeleteMessageCommand,
  EmptyBatchRequest,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localCredentials } from '../../../local/local-credentials.ts';
import { startQueues } from '../../../local/queue/queues.ts';
import type { QueuePlan } from '../../../local/template/queue-plan.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function planOf(name: string, more: Partial<QueuePlan> = {}): QueuePlan {
  return {
    name,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    url: `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`,
    delayMs: 0,
    visibilityTimeoutMs: 30_000,
    retentionMs: 3_600_000,
    deduplicatesByGroup: false,
    ...more,
  };
}

const deadLetters = planOf('dead.fifo');
const tasks = planOf('tasks.fifo', { redrive: { deadLetterArn: deadLetters.arn, maxReceiveCount: 1 } });

/** The SDK's client of a running server, as a function on Lambda has it. */
async function startedQueues() {
  const clock = new FakeClock();
  const queues = await startQueues([tasks, deadLetters], clock);
  onTestFinished(() => queues.stop());
  const { endpoint } = queues;
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: localCredentials,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return {
    clock,
    queues,
    client,
    queue: queues.queueOf(tasks.arn),
    QueueUrl: `${endpoint}${new URL(tasks.url).pathname}`,
  };
}

function entry(Id: string, MessageBody = Id) {
  return { Id, MessageBody, MessageGroupId: 'group', MessageDeduplicationId: Id };
}

describe('the SDK', () => {
  test('sends a message', async () => {
    const { client, queue, QueueUrl } = await startedQueues();
    const { Id: _, ...message } = entry('1', 'grüß');
    const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl, ...message }));
    expect(queue.receive(1)).toMatchObject([{ messageId: MessageId, body: 'grüß', groupId: 'group' }]);
  });

  test('sends ten messages at once, in their order', async () => {
    const { client, queue, QueueUrl } = await startedQueues();
    const Entries = Array.from({ length: 10 }, (_, index) => entry(String(index)));
    const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(Entries.map(({ Id }) => Id));
    expect(Failed).toEqual([]);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(Entries.map(({ Id }) => Id));
  });

  test('receives messages and deletes them, as a consumer that is no function', async () => {
    const { client, clock, queue, QueueUrl } = await startedQueues();
    queue.send({ body: 'a', groupId: 'group', deduplicationId: '1' });
    const receive = async (WaitTimeSeconds: number) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))).Messages ?? [];
    const [message] = await receive(20);
    expect(message).toMatchObject({ Body: 'a', Attributes: { MessageGroupId: 'group' } });
    expect(await receive(0)).toEqual([]);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    clock.advance(30_000);
    expect(await receive(0)).toEqual([]);

    const waiting = receive(20);
    await expect.poll(() => clock.pending).toBe(1);
    queue.send({ body: 'b', groupId: 'group', deduplicationId: '2' });
    expect(await waiting).toMatchObject([{ Body: 'b' }]);
  });

  test('finds a queue by the URL that it has on AWS too', async () => {
    const { client, queue } = await startedQueues();
    const { Id: _, ...message } = entry('1');
    await client.send(new SendMessageCommand({ QueueUrl: tasks.url, ...message }));
    expect(queue.receive(1)).toHaveLength(1);
  });

  test('finds the queue by the host of its URL when it is told of no endpoint', async () => {
    const { queue, QueueUrl } = await startedQueues();
    const warnings: unknown[] = [];
    const logger = { ...console, debug() {}, info() {}, warn: (text: unknown) => warnings.push(text) };
    const client = new SQSClient({ region: 'us-east-1', credentials: localCredentials, logger });
    onTestFinished(() => client.destroy());
    const { Id: _, ...message } = entry('1');
    await client.send(new SendMessageCommand({ QueueUrl, ...message }));
    expect(queue.receive(1)).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  const megabyte = 1_048_576;
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html#API_SendMessageBatch_Errors
  test.each([
    ['no entries', [], EmptyBatchRequest],
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, index) => entry(String(index))),
      TooManyEntriesInBatchRequest,
    ],
    ['an Id twice', [entry('1'), entry('1')], BatchEntryIdsNotDistinct],
    ['1 MiB and a byte', [entry('1', 'x'.repeat(megabyte)), entry('2', 'x')], BatchRequestTooLong],
  ])('is refused a batch of %s', async (_, Entries, error) => {
    const { client, QueueUrl } = await startedQueues();
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toThrow(error);
  });

  test('sends a message of 1 MiB, and is refused a longer one', async () => {
    const { client, queue, QueueUrl } = await startedQueues();
    const send = (body: string) => {
      const { Id: _, ...message } = entry('1', body);
      return client.send(new SendMessageCommand({ QueueUrl, ...message }));
    };
    await expect(send('x'.repeat(megabyte + 1))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await send('x'.repeat(megabyte));
    expect(queue.receive(1)[0]?.body).toHaveLength(megabyte);
  });

  test('is refused a message to a queue that is not there', async () => {
    const { client } = await startedQueues();
    const { Id: _, ...message } = entry('1');
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/other.fifo';
    await expect(client.send(new SendMessageCommand({ QueueUrl, ...message }))).rejects.toThrow(
      QueueDoesNotExist,
    );
  });

  test.each([
    ['MessageGroupId', { MessageGroupId: undefined }],
    ['MessageDeduplicationId', { MessageDeduplicationId: undefined }],
    ['DelaySeconds', { DelaySeconds: 1 }],
  ])('is told which parameter does not do for a FIFO queue: %s', async (name, change) => {
    const { client, QueueUrl } = await startedQueues();
    const { Id: _, ...message } = entry('1');
    const sent = client.send(new SendMessageCommand({ QueueUrl, ...message, ...change }));
    await expect(sent).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining(name),
    });
  });
});

test('a queue redrives to the dead-letter queue that its plan names', async () => {
  const { clock, queues, queue } = await startedQueues();
  queue.send({ body: 'a', groupId: 'group', deduplicationId: '1' });
  queue.receive(1);
  clock.advance(30_000);
  expect(queue.receive(1)).toEqual([]);
  expect(queues.queueOf(deadLetters.arn).receive(1)).toMatchObject([{ body: 'a' }]);
});
