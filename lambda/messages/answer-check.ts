import { checkedFrame } from '../../protocol/frames.ts';
import { type LookUpPorts, registeredConnection } from './registered-connection.ts';

export type CheckPorts = LookUpPorts & { post(frame: string): Promise<unknown> };

/**
 * `{"action":"check"}`: answers whether pushes reach the connection, by its rows. A page can't know otherwise that they were lost: its
 * socket is open, and its pings are answered. Throws when a table can't be read; API Gateway then answers itself, and the socket stays
 * open.
 *
 *     check                     beside it
 *     ── read: no rows          register: puts them        false, though it will be true: registering again changes nothing
 *     ── read: rows             $disconnect: deletes them  true, on a socket that is closed
 *     ── read: no rows          a backend, or a newer connection of the uid, has closed this one: rows go after the socket, so
 *                               there is nobody left who could register again
 */
export async function answerCheck(connectionId: string, ports: CheckPorts): Promise<void> {
  const found = await registeredConnection(connectionId, ports);
  await ports.post(checkedFrame(found ? { registered: true, latest: found.latest } : { registered: false }));
}
