import { describe, expect, test } from 'vitest';
import { FifoQueue, type FifoQueueOptions } from '../../../local/queue/fifo-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const clock = new FakeClock();

/** A queue whose messages become visible again after 30 seconds and are kept for an hour. */
function queueWith(options: Partial<FifoQueueOptions> = {}): FifoQueue {
  return new FifoQueue({ clock, visibilityTimeoutMs: 30_000, retentionMs: 3_600_000, ...options });
}

/** Sends a message whose body is also its deduplication id. */
function send(queue: FifoQueue, body: string, groupId = 'group') {
  return queue.send({ body, groupId, deduplicationId: body });
}

function bodies(queue: FifoQueue, max = 10): string[] {
  return queue.receive(max).map(({ body }) => body);
}

/** Receives one message and returns its handle. */
function handle(queue: FifoQueue): string {
  return String(queue.receive(1)[0]?.receiptHandle);
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
describe('a FIFO queue', () => {
  test('gives the messages of a group in the order of sending', () => {
    const queue = queueWith();
    for (const body of ['a', 'b', 'c']) send(queue, body);
    expect(bodies(queue, 2)).toEqual(['a', 'b']);
  });

  test('knows the age of the oldest message that is not deleted, whoever has it', () => {
    const queue = queueWith();
    expect(queue.ageOfOldestMs).toBe(0);
    send(queue, 'a');
    clock.advance(2_000);
    send(queue, 'b', 'other');
    clock.advance(1_000);
    const first = handle(queue);
    expect(queue.ageOfOldestMs).toBe(3_000);
    queue.delete(first);
    expect(queue.ageOfOldestMs).toBe(1_000);
  });

  test('keeps a group back while one of its messages is with a receiver', () => {
    const queue = queueWith();
    send(queue, 'a');
    send(queue, 'b');
    const first = handle(queue);
    expect(bodies(queue)).toEqual([]);
    queue.delete(first);
    expect(bodies(queue)).toEqual(['b']);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
  test('with a delay, keeps each message back for as long', () => {
    const queue = queueWith({ delayMs: 15_000 });
    send(queue, 'a');
    clock.advance(5_000);
    send(queue, 'b');
    clock.advance(9_999);
    expect([bodies(queue), queue.visibleMessages]).toEqual([[], 0]);

    clock.advance(1);
    expect(queue.visibleMessages).toBe(1);
    const first = handle(queue);
    clock.advance(5_000);
    expect(bodies(queue)).toEqual([]);
    queue.delete(first);
    expect(bodies(queue)).toEqual(['b']);
    queue.stop();
  });

  test('gives messages of other groups meanwhile', () => {
    const queue = queueWith();
    send(queue, 'a', 'one');
    send(queue, 'b', 'one');
    send(queue, 'c', 'other');
    expect([bodies(queue, 1), bodies(queue, 1)]).toEqual([['a'], ['c']]);
  });

  test('tells a receiver how often a message was received, and when it was sent and first received', () => {
    const queue = queueWith();
    const sentAt = clock.now();
    const receipt = send(queue, 'a');
    clock.advance(1_000);
    queue.receive(1);
    clock.advance(30_000);
    expect(queue.receive(1)).toEqual([
      {
        ...(receipt as object),
        body: 'a',
        groupId: 'group',
        deduplicationId: 'a',
        receiptHandle: expect.any(String),
        sentAt,
        firstReceivedAt: sentAt + 1_000,
        receiveCount: 2,
      },
    ]);
  });

  test('numbers its messages in the order of sending', () => {
    const queue = queueWith();
    const numbers = ['a', 'b', 'c'].map((body) => {
      const receipt = send(queue, body);
      return receipt === 'full' ? '' : receipt.sequenceNumber;
    });
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(3);
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
describe('the visibility timeout', () => {
  test('brings back what was not deleted, before later messages of its group', () => {
    const queue = queueWith();
    send(queue, 'a');
    send(queue, 'b');
    queue.receive(1);
    clock.advance(29_999);
    expect(bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(bodies(queue)).toEqual(['a', 'b']);
  });

  test('makes the handle void: a receiver that comes too late deletes nothing', () => {
    const queue = queueWith();
    send(queue, 'a');
    const late = handle(queue);
    clock.advance(30_000);
    queue.delete(late);
    const next = handle(queue);
    queue.delete(late);
    queue.delete(next);
    clock.advance(30_000);
    expect(bodies(queue)).toEqual([]);
  });

  test('leaves no timer behind when the message is deleted or the queue stopped', () => {
    const ownClock = new FakeClock();
    const queue = queueWith({ clock: ownClock });
    send(queue, 'a');
    queue.delete(handle(queue));
    expect(ownClock.pending).toBe(0);
    send(queue, 'b');
    queue.receive(1);
    queue.stop();
    expect(ownClock.pending).toBe(0);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
describe('a deduplication id', () => {
  test('is taken once in five minutes, in any group, and its repetition gets the same receipt', () => {
    const queue = queueWith();
    const receipt = send(queue, 'a');
    clock.advance(5 * 60_000 - 1);
    expect(send(queue, 'a', 'other')).toEqual(receipt);
    expect(bodies(queue)).toEqual(['a']);
  });

  test('is remembered when its message has been deleted', () => {
    const queue = queueWith();
    send(queue, 'a');
    queue.delete(handle(queue));
    send(queue, 'a');
    expect(bodies(queue)).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
  test('repeats only those of its group where the queue deduplicates by group', () => {
    const queue = queueWith({ deduplicatesByGroup: true });
    for (const group of ['one', 'other', 'one']) send(queue, 'a', group);
    expect(bodies(queue)).toEqual(['a', 'a']);
  });

  test('is forgotten after five minutes', () => {
    const queue = queueWith();
    send(queue, 'a');
    clock.advance(5 * 60_000);
    send(queue, 'a');
    expect(bodies(queue)).toEqual(['a', 'a']);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
describe('a message that was received too often', () => {
  function queueWithDeadLetters() {
    const deadLetters = queueWith();
    return { deadLetters, queue: queueWith({ redrive: { deadLetters, maxReceiveCount: 2 } }) };
  }

  /** Receives and lets the visibility timeout pass, twice. */
  function failTwice(queue: FifoQueue) {
    for (let times = 0; times < 2; times++) {
      queue.receive(1);
      clock.advance(30_000);
    }
  }

  test('is in the dead-letter queue instead of being received once more, with its id', () => {
    const { queue, deadLetters } = queueWithDeadLetters();
    const receipt = send(queue, 'a');
    failTwice(queue);
    expect(bodies(deadLetters)).toEqual([]);
    expect(bodies(queue)).toEqual([]);
    const { messageId } = receipt as { messageId: string };
    expect(deadLetters.receive(1)).toMatchObject([{ body: 'a', messageId, receiveCount: 1 }]);
  });

  test('makes room for the next of its group', () => {
    const { queue } = queueWithDeadLetters();
    send(queue, 'a');
    send(queue, 'b');
    failTwice(queue);
    expect(bodies(queue)).toEqual(['b']);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
test('a message is gone when its retention period is over', () => {
  const queue = queueWith();
  send(queue, 'a');
  clock.advance(1_800_000);
  send(queue, 'b');
  clock.advance(1_800_000);
  expect(bodies(queue)).toEqual(['b']);
});

test('a full queue takes no more until there is room', () => {
  const queue = queueWith();
  for (let count = 0; count < 10_000; count++) send(queue, String(count), String(count));
  expect(send(queue, 'one more')).toBe('full');
  queue.delete(handle(queue));
  expect(send(queue, 'one more')).not.toBe('full');
});

describe('a listener', () => {
  test('hears of a new message, of a deletion, and of a visibility timeout that passed', () => {
    const queue = queueWith();
    let calls = 0;
    const unsubscribe = queue.onAvailable(() => calls++);
    send(queue, 'a');
    expect(calls).toBe(1);
    queue.receive(1);
    clock.advance(30_000);
    expect(calls).toBe(2);
    queue.delete(handle(queue));
    expect(calls).toBe(3);
    unsubscribe();
    send(queue, 'b');
    expect(calls).toBe(3);
  });
});
