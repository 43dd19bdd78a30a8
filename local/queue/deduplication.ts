import type { Clock } from '../../protocol/clock.ts';
import type { Receipt } from './queue-message.ts';

/**
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
const intervalMs = 5 * 60_000;

/**
 * Messages sent in the last five minutes, by deduplication id. It is remembered from the first sending on, also when
 * the message has been received and deleted.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export class Deduplication {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #sent = new Map<string, { receipt: Receipt; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  receiptOf(deduplicationId: string): Receipt | undefined {
    this.#forgetOld();
    return this.#sent.get(deduplicationId)?.receipt;
  }

  remember(deduplicationId: string, receipt: Receipt): void {
    this.#sent.set(deduplicationId, { receipt, until: this.#clock.now() + intervalMs });
  }

  #forgetOld(): void {
    for (const [deduplicationId, { until }] of this.#sent) {
      if (until > this.#clock.now()) return;
      this.#sent.delete(deduplicationId);
    }
  }
}
