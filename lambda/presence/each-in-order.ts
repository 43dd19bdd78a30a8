import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { errorName, logError } from '../log.ts';

/**
 * Handles the messages of a FIFO queue that one event has: those of a group one after the other, groups side by side.
 * Returns those that are to come again: the first of a group that failed, and all after it, so that their order is
 * kept.
 * Source:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export async function eachInOrder(
  records: readonly SQSRecord[],
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failed: SQSRecord[] = [];
  const groups = new Map<string | undefined, SQSRecord[]>();
  for (const record of records) {
    const { MessageGroupId } = record.attributes;
    groups.set(MessageGroupId, [...(groups.get(MessageGroupId) ?? []), record]);
  }
  await Promise.all(
    Array.from(groups.values(), async (group) => {
      for (const [index, record] of group.entries()) {
        try {
          await handle(record);
        } catch (error) {
          logError('message-failed', { error: errorName(error) });
          failed.push(...group.slice(index));
          return;
        }
      }
    }),
  );
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
