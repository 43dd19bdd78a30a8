import type { FrameError } from '../../protocol/frame-error.ts';
import { errorFrame } from '../../protocol/frames.ts';
import type { Connection } from '../table/connection-table.ts';
import type { RetryingConnections } from './retrying-connections.ts';

/**
 * Closes a connection. A framed one gets the reason before: API Gateway closes with 1000 and no reason, and a client
 * without a reason comes back at once.
 */
export async function closeConnection(
  connections: RetryingConnections,
  { connectionId, isFramed }: Pick<Connection, 'connectionId' | 'isFramed'>,
  reason: FrameError,
): Promise<'closed' | 'gone' | 'failed'> {
  if (isFramed && (await connections.post(connectionId, errorFrame(reason))) === 'gone') return 'gone';
  return connections.close(connectionId);
}
