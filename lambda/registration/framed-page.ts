import { GroupRefusalCode } from '../../protocol/group.ts';
import type { Incoming } from '../incoming.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';

/** A page that is registered in frames. `expiresAt`: of its connection, at the latest; epoch seconds. */
export type FramedPage = { uid: string; connectionId: string; expiresAt: number };

/** Returns the page that a message came from; `undefined` when it is not registered in frames. */
export async function framedPageOf(
  { connectionId, connectedAt }: Pick<Incoming, 'connectionId' | 'connectedAt'>,
  table: Pick<ConnectionTable, 'registrationOf'>,
): Promise<FramedPage | undefined> {
  const registration = await table.registrationOf(connectionId);
  if (registration === undefined || !('uid' in registration) || !registration.isFramed) return undefined;
  return { uid: registration.uid, connectionId, expiresAt: connectionExpiry(connectedAt) };
}

/** To `join`, `leave` and `watch`, which have these two codes in common. */
export const notRegistered = {
  code: GroupRefusalCode.notRegistered,
  message: 'this connection is not registered in frames; register it first',
};
export const unavailable = {
  code: GroupRefusalCode.unavailable,
  message: 'it could not be completed; try again',
};
