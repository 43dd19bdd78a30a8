import { describe, expect, onTestFinished, test } from 'vitest';
import type { FunctionOutcome } from '../../../local/functions/function-outcome.ts';
import { startEventSource } from '../../../local/queue/event-source.ts';
import { FifoQueue } from '../../../local/queue/fifo-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Queue } from '../../support/queue.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:tasks.fifo';
const succeeded: FunctionOutcome = { payload: null };
const failed: FunctionOutcome = { errorType: 'Error', errorMessage: 'no' };

type SqsRecord = { body: string; attributes: Record<string, string> };
type Invocation = { records: SqsRecord[]; answer(outcome: FunctionOutcome): void };

/** A queue whose messages go to a function that answers when the test says so. */
function eventSource({ batchSize = 1, maxConcurrency = 10, reportsFailures = false } = {}) {
  const clock = new FakeClock();
  const deadLetters = new FifoQueue({ clock, visibilityTimeoutMs: 30_000, retentionMs: 3_600_000 });
  const queue = new FifoQueue({
    clock,
    visibilityTimeoutMs: 30_000,
    retentionMs: 3_600_000,
    redrive: { deadLetters, maxReceiveCount: 2 },
  });
  const invocations = new Queue<Invocation>();
  const { stop } = startEventSource({
    queue,
    queueArn,
    batchSize,
    maxConcurrency,
    reportsFailures,
    invoke: (event) =>
      new Promise((answer) => {
        invocations.push({ records: (event as { Records: SqsRecord[] }).Records, answer });
      }),
  });
  onTestFinished(stop);
  const send = (body: string, groupId = body) => queue.send({ body, groupId, deduplicationId: body });
  return { clock, queue, deadLetters, invocations, send, stop };
}

function bodiesOf({ records }: Invocation): string[] {
  return records.map(({ body }) => body);
}

// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
describe('an event source mapping', () => {
  test('invokes the function with what a FIFO queue gives', async () => {
    const { invocations, send, clock } = eventSource();
    send('hello', 'group');
    const { records } = await invocations.next();
    const time = String(clock.now());
    expect(records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: time,
          SequenceNumber: expect.stringMatching(/^\d{20}$/),
          MessageGroupId: 'group',
          SenderId: 'local',
          MessageDeduplicationId: 'hello',
          ApproximateFirstReceiveTimestamp: time,
        },
        messageAttributes: {},
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: 'us-east-1',
      },
    ]);
  });

  test('deletes what the function handled, and goes on with its group', async () => {
    const { clock, invocations, send } = eventSource();
    send('a', 'group');
    send('b', 'group');
    const first = await invocations.next();
    expect(bodiesOf(first)).toEqual(['a']);
    expect(invocations.waiting).toEqual([]);
    first.answer(succeeded);
    const second = await invocations.next();
    expect(bodiesOf(second)).toEqual(['b']);
    clock.advance(29_999);
    expect(invocations.waiting).toEqual([]);
  });

  test('hands over again what the function failed with, after its visibility timeout', async () => {
    const { clock, invocations, send } = eventSource();
    send('a');
    const first = await invocations.next();
    first.answer(failed);
    await new Promise(setImmediate);
    clock.advance(29_999);
    expect(invocations.waiting).toEqual([]);
    clock.advance(1);
    const { records } = await invocations.next();
    expect(records).toMatchObject([{ body: 'a', attributes: { ApproximateReceiveCount: '2' } }]);
  });

  test('gives up what failed too often, to the dead-letter queue', async () => {
    const { clock, invocations, send, deadLetters } = eventSource();
    send('a');
    for (let times = 0; times < 2; times++) {
      (await invocations.next()).answer(failed);
      clock.advance(30_000);
    }
    expect(invocations.waiting).toEqual([]);
    expect(deadLetters.receive(1)).toMatchObject([{ body: 'a' }]);
  });

  test('lets the function handle no more at the same time than it may', async () => {
    const { invocations, send } = eventSource({ maxConcurrency: 2 });
    for (const body of ['a', 'b', 'c']) send(body);
    const [first] = [await invocations.next(), await invocations.next()];
    expect(invocations.waiting).toEqual([]);
    first.answer(succeeded);
    expect(bodiesOf(await invocations.next())).toEqual(['c']);
  });

  test('hands over as many messages at once as a batch has', async () => {
    const { queue, invocations, send } = eventSource({ batchSize: 2, maxConcurrency: 1 });
    send('first');
    for (const body of ['a', 'b', 'c']) send(body, 'group');
    (await invocations.next()).answer(succeeded);
    const batch = await invocations.next();
    expect(bodiesOf(batch)).toEqual(['a', 'b']);
    batch.answer(succeeded);
    expect(bodiesOf(await invocations.next())).toEqual(['c']);
    expect(queue.receive(1)).toEqual([]);
  });

  test.each([
    ['none', { batchItemFailures: [] }, []],
    ['none, by no answer', null, []],
    ['those that it names', 'last', ['b']],
    ['all, by one that is not in the event', { batchItemFailures: [{ itemIdentifier: 'x' }] }, ['a', 'b']],
    ['all, by an answer that is none', { batchItemFailures: 'b' }, ['a', 'b']],
  ])('lets the function say which messages failed: %s', async (_, payload, expected) => {
    const { clock, queue, invocations } = eventSource({
      batchSize: 2,
      maxConcurrency: 1,
      reportsFailures: true,
    });
    queue.send({ body: 'first', groupId: 'first', deduplicationId: 'first' });
    for (const body of ['a', 'b']) queue.send({ body, groupId: 'group', deduplicationId: body });
    (await invocations.next()).answer(succeeded);
    const batch = await invocations.next();
    const [, last] = batch.records as (SqsRecord & { messageId: string })[];
    const named = { batchItemFailures: [{ itemIdentifier: last!.messageId }] };
    batch.answer({ payload: payload === 'last' ? named : payload });
    await new Promise(setImmediate);
    clock.advance(30_000);

    expect((await Promise.all(invocations.waiting)).flatMap(bodiesOf)).toEqual(expected);
  });

  test('hands over nothing once it is stopped', async () => {
    const { invocations, send, stop, queue } = eventSource({ maxConcurrency: 1 });
    send('a');
    send('b');
    const underWay = await invocations.next();
    await stop();
    underWay.answer(succeeded);
    await new Promise(setImmediate);
    send('c');
    expect(invocations.waiting).toEqual([]);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['b', 'c']);
  });
});
