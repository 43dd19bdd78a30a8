import type { DeliveryCounts } from '../../protocol/push-result.ts';
import { isSelected, type Selection } from '../../protocol/selection.ts';
import type { Target } from '../broadcast/broadcast-task.ts';
import { type Outgoing, postInOrder } from '../connection/outgoing.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';

/** A message on its way, with the counts that go up as its posts end. */
export type CountedMessage = {
  draft: { selection?: Selection | undefined };
  message: Outgoing;
  result: Omit<DeliveryCounts, 'uid'> & { excluded?: number };
  /** Where it is there, connections of which the post failed are added to it. */
  failedTo?: Target[];
};

/**
 * Pushes messages to one connection, one after the other, and counts in each what became of it. One that is gone is
 * forgotten, and returned as such.
 */
export async function deliverToConnection(
  uid: string,
  connection: Pick<Connection, 'connectionId' | 'isFramed' | 'device'>,
  messages: readonly CountedMessage[],
  {
    table,
    connections,
    limitTableRequests,
  }: Pick<RequestScope, 'connections' | 'limitTableRequests'> & { table: ConnectionTable },
): Promise<'gone' | undefined> {
  const { connectionId, isFramed } = connection;
  for (const { draft, message, result, failedTo } of messages) {
    if (!isSelected(connection, draft.selection)) {
      result.excluded = (result.excluded ?? 0) + 1;
      continue;
    }
    const outcome = await postInOrder(message(isFramed), connectionId, connections);
    result[outcome]++;
    if (outcome === 'failed') failedTo?.push({ connectionId, isFramed });
    if (outcome !== 'gone') continue;
    // From here on it is no connection of this uid: the results of the messages after this one don't count it.
    await limitTableRequests(() => forgetGoneConnection(table, uid, connectionId));
    return outcome;
  }
  return undefined;
}
