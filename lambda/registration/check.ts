import { checkedFrame } from '../../protocol/frames.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import type { Incoming } from '../incoming.ts';
import { type LookUpDependencies, registeredConnection } from '../messages/registered-connection.ts';

/**
 * `{"action":"check"}`: answers whether pushes reach the connection, by its rows. A page has no other way to notice
 * that they were lost: its socket is open, and its pings are answered.
 *
 *     check                     meanwhile
 *     ── read: no rows          register: puts them        false, though it will be true: to register again changes
 *                                                          nothing
 *     ── read: rows             $disconnect: deletes them  true, on a socket that is closed
 *     ── read: no rows          a backend, or a newer connection of the uid, has closed this one: rows are removed
 *                               after the socket is closed, so no page is left that could register again
 *
 * @throws when a table can't be read. API Gateway then answers `Internal server error`, and the socket stays open.
 */
export async function check(
  { connectionId }: Incoming,
  dependencies: LookUpDependencies & { connections: RetryingConnections },
): Promise<void> {
  const found = await registeredConnection(connectionId, dependencies);
  const frame = checkedFrame(found ? { registered: true, latest: found.latest } : { registered: false });
  await dependencies.connections.post(connectionId, frame);
}
