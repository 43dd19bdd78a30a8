import pLimit from 'p-limit';
import type { Clock } from '../../protocol/clock.ts';
import { batchesOf } from '../batches.ts';
import { dueSpanOf } from './due.ts';
import type { DueTable } from './presence-table.ts';

/** Asks for the looks at up to ten uids that are due in a span. */
export type SendDue = (uids: readonly string[], span: number) => Promise<void>;

export type SweepDependencies = {
  due: DueTable;
  sendDue: SendDue;
  /** Milliseconds since the epoch after which no more batch is sent: the next sweep goes on. */
  endsAt: number;
  clock: Pick<Clock, 'now'>;
};

/** The most messages of one batch. */
const batchSize = 10;

const limit = pLimit(5);

/**
 * Asks for the looks of all spans that are over, the oldest first. A look is deleted here when the queue has it, which
 * keeps it until it is done:
 *
 *     ── send                    a crash after this line sends it again; to look once more changes nothing
 *     ── delete
 *     ── note that the span is swept, when nothing of it is left
 *
 * A span that is over gets no more looks: `dueAfter`. The first sweep begins with the span that is over last.
 */
export async function sweep({ due, sendDue, endsAt, clock }: SweepDependencies): Promise<void> {
  const last = dueSpanOf(clock.now()) - 1;
  const swept = (await due.sweptThrough()) ?? last - 1;
  for (let span = swept + 1; span <= last; span++) {
    for await (const uids of due.dueIn(span)) {
      if (clock.now() > endsAt) return;
      await Promise.all(
        batchesOf(uids, batchSize).map((batch) =>
          limit(async () => {
            await sendDue(batch, span);
            await Promise.all(batch.map((uid) => due.removeDue(uid, span)));
          }),
        ),
      );
    }
    if (clock.now() > endsAt) return;
    await due.noteSwept(span);
  }
}
