import { randomUUID } from 'node:crypto';
import type { Clock } from '../../protocol/clock.ts';
import type { QueuePlan } from '../template/queue-plan.ts';
import { Deduplication } from './deduplication.ts';
import type { NewMessage, Receipt, ReceivedMessage } from './queue-message.ts';

/** Where messages go that were received too often, and after how many times. */
export type Redrive = { deadLetters: FifoQueue; maxReceiveCount: number };

export type FifoQueueOptions = Pick<QueuePlan, 'visibilityTimeoutMs' | 'retentionMs'> & {
  clock: Clock;
  /** How long a message waits before it can be received. @default 0 */
  delayMs?: number;
  /** Whether a message repeats only those of its own group. @default false */
  deduplicatesByGroup?: boolean;
  redrive?: Redrive;
};

/** Most messages at once. SQS has no such limit; this machine's memory has. */
const maxMessages = 10_000;

type StoredMessage = NewMessage &
  Receipt & {
    sentAt: number;
    /** While it is delayed; ends the delay's timer. */
    cancelDelay?: () => void;
    firstReceivedAt?: number;
    receiveCount: number;
    /** While a receiver has it. */
    inFlight?: { receiptHandle: string; cancelTimeout: () => void };
  };

/**
 * A FIFO queue, in memory. Within a group messages are received in the order of sending, and while a receiver has
 * messages of a group, no others of it are received.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoQueue {
  readonly #options: FifoQueueOptions;
  readonly #deduplication: Deduplication;
  /** By group, in the order of sending. A group is here only while it has messages. */
  readonly #groups = new Map<string, StoredMessage[]>();
  readonly #inFlight = new Map<string, StoredMessage>();
  #messages = 0;
  #sent = 0n;
  readonly #listeners = new Set<() => void>();

  constructor(options: FifoQueueOptions) {
    this.#options = options;
    this.#deduplication = new Deduplication(options.clock);
  }

  /** How many messages no receiver has, and are not delayed. */
  get visibleMessages(): number {
    const delayed = [...this.#groups.values()].flat().filter(({ cancelDelay }) => cancelDelay).length;
    return this.#messages - this.#inFlight.size - delayed;
  }

  /** Milliseconds since the oldest message was sent that is not deleted; 0: there is none. */
  get ageOfOldestMs(): number {
    const sent = [...this.#groups.values()].flat().map(({ sentAt }) => sentAt);
    return sent.length === 0 ? 0 : this.#options.clock.now() - Math.min(...sent);
  }

  /** Calls `listener` whenever there may be something to receive, until the returned function is called. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `full`: there is no room for it. A repetition gets the receipt of the message that it repeats. */
  send(message: NewMessage): Receipt | 'full' {
    const key = this.#deduplicationKeyOf(message);
    const repeated = this.#deduplication.receiptOf(key);
    if (repeated) return repeated;
    if (this.#messages >= maxMessages) return 'full';
    const receipt = { messageId: randomUUID(), sequenceNumber: this.#nextSequenceNumber() };
    this.#deduplication.remember(key, receipt);
    this.#store(
      this.#delayed({ ...message, ...receipt, sentAt: this.#options.clock.now(), receiveCount: 0 }),
    );
    return receipt;
  }

  /**
   * Up to `max` messages, as many of one group as there are. Each comes back when it isn't deleted within the
   * visibility timeout: a message is received at least once, not once.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
   */
  receive(max: number): ReceivedMessage[] {
    const { redrive } = this.#options;
    const received: ReceivedMessage[] = [];
    for (const group of [...this.#groups.values()]) {
      if (group.some((message) => message.inFlight)) continue;
      for (const message of [...group]) {
        if (received.length === max) return received;
        // Those after it were sent later, and are delayed as long.
        if (message.cancelDelay) break;
        if (this.#isExpired(message)) this.#remove(message);
        else if (redrive && isExhausted(message, redrive)) this.#moveTo(redrive.deadLetters, message);
        else received.push(this.#handOver(message));
      }
    }
    return received;
  }

  /**
   * Deletes what was received under this handle. A handle whose visibility timeout has passed deletes nothing.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
   */
  delete(receiptHandle: string): void {
    const message = this.#inFlight.get(receiptHandle);
    if (!message) return;
    this.#release(message);
    this.#remove(message);
    this.#tellAvailable();
  }

  /**
   * Has what was received under this handle come again after so long.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
   */
  changeVisibility(receiptHandle: string, milliseconds: number): void {
    const message = this.#inFlight.get(receiptHandle);
    if (!message?.inFlight) return;
    message.inFlight.cancelTimeout();
    message.inFlight.cancelTimeout = this.#hide(message, milliseconds);
  }

  /** Ends every timer. */
  stop(): void {
    for (const message of this.#inFlight.values()) message.inFlight?.cancelTimeout();
    this.#inFlight.clear();
    for (const message of [...this.#groups.values()].flat()) message.cancelDelay?.();
  }

  /**
   * Neither id has a space in it.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
   */
  #deduplicationKeyOf({ groupId, deduplicationId }: NewMessage): string {
    return this.#options.deduplicatesByGroup ? `${groupId} ${deduplicationId}` : deduplicationId;
  }

  /** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
  #delayed(message: StoredMessage): StoredMessage {
    const { delayMs = 0, clock } = this.#options;
    if (delayMs === 0) return message;
    message.cancelDelay = clock.after(delayMs, () => {
      delete message.cancelDelay;
      this.#tellAvailable();
    });
    return message;
  }

  #store(message: StoredMessage): void {
    this.#messages++;
    const group = this.#groups.get(message.groupId);
    if (group) group.push(message);
    else this.#groups.set(message.groupId, [message]);
    this.#tellAvailable();
  }

  #remove(message: StoredMessage): void {
    const rest = this.#groups.get(message.groupId)?.filter((other) => other !== message) ?? [];
    if (rest.length > 0) this.#groups.set(message.groupId, rest);
    else this.#groups.delete(message.groupId);
    this.#messages--;
  }

  #handOver(message: StoredMessage): ReceivedMessage {
    const { clock, visibilityTimeoutMs } = this.#options;
    const receiptHandle = randomUUID();
    const cancelTimeout = this.#hide(message, visibilityTimeoutMs);
    message.inFlight = { receiptHandle, cancelTimeout };
    this.#inFlight.set(receiptHandle, message);
    message.receiveCount++;
    message.firstReceivedAt ??= clock.now();
    const { inFlight: _, cancelDelay: __, firstReceivedAt, ...rest } = message;
    return { ...rest, firstReceivedAt, receiptHandle };
  }

  /** Returns a function that cancels its coming back. */
  #hide(message: StoredMessage, milliseconds: number): () => void {
    return this.#options.clock.after(milliseconds, () => {
      this.#release(message);
      this.#tellAvailable();
    });
  }

  /** Its receiver has it no more. */
  #release(message: StoredMessage): void {
    if (!message.inFlight) return;
    message.inFlight.cancelTimeout();
    this.#inFlight.delete(message.inFlight.receiptHandle);
    delete message.inFlight;
  }

  /**
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
   * (MessageRetentionPeriod)
   */
  #isExpired({ sentAt }: StoredMessage): boolean {
    return this.#options.clock.now() - sentAt >= this.#options.retentionMs;
  }

  /** It keeps its id, and its retention begins anew, as it does with FIFO queues. Source: see `isExhausted`. */
  #moveTo(deadLetters: FifoQueue, message: StoredMessage): void {
    this.#remove(message);
    const { firstReceivedAt: _, ...rest } = message;
    deadLetters.#store({
      ...rest,
      sequenceNumber: deadLetters.#nextSequenceNumber(),
      sentAt: this.#options.clock.now(),
      receiveCount: 0,
    });
  }

  #tellAvailable(): void {
    for (const listener of this.#listeners) listener();
  }

  /**
   * 20 digits, which grow.
   * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
   */
  #nextSequenceNumber(): string {
    return String(10n ** 19n + this.#sent++);
  }
}

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function isExhausted({ receiveCount }: StoredMessage, { maxReceiveCount }: Redrive): boolean {
  return receiveCount >= maxReceiveCount;
}
