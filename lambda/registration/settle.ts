import type { FrameError } from '../../protocol/frame-error.ts';
import type { Socket } from '../incoming.ts';
import type { ConnectionTable, Registered, Registration } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';
import { decide } from './precedence.ts';

/**
 * `registered`: the connection belongs to the uid from now on; `extended`: it did before, and may until its new
 * credential ends. Its first message decides whether it `isFramed`. `other-uid`: it belongs to another uid; `closed`:
 * it was closed meanwhile; `refused`: its token was revoked, or its uid is blocked.
 */
export type RegisterOutcome =
  | { outcome: 'registered' | 'extended'; isFramed: boolean }
  | { outcome: 'other-uid' }
  | { outcome: 'closed' }
  | { outcome: 'refused'; error: FrameError };

/** Another attempt is made when another message of the same connection wrote in between, so there are few. */
export const maxAttempts = 10;

/** Stands for a registration that was there and no longer is: the connection was closed, or found gone. */
export const closed: Registration = { closed: true };

/**
 * Makes the registration that of the earliest message. `ofRow`: the message that the row, which is there, says;
 * `before`: the registration as it was read. The Lambdas of one connection's messages run side by side: a later message
 * may be faster, and then loses what it won.
 *
 *     message 1: u1             message 2: u2                 $disconnect
 *     ── put uid#u1 → c         ── put uid#u2 → c
 *                               ── put c → u2 if none
 *     ── put c → u1 if none ✗
 *     ── read: c → u2, later                                  a crash here leaves c reached as both until it is closed
 *     ── delete uid#u2 → c                                    a crash here leaves c reached as u1, until its first
 *     ── put c → u1 if c → u2                                 410 or its expiry
 *     ── delete uid#u2 → c      (for one that u2 sent again, between the two)
 *
 *     ── put uid#u1 → c
 *     ── put c → u1 if none     ── put uid#u2 → c
 *                               ── put c → u2 if none ✗
 *                               ── read: c → u1, earlier      a crash here leaves c reached as both until it is closed
 *                               ── delete uid#u2 → c
 *
 *     ── put uid#u1 → c                                       ── put c closed; it was none
 *     ── put c → u1 if none ✗
 *     ── read: c closed
 *     ── delete uid#u1 → c
 *
 * Messages of one uid share one row, so a row is deleted only as long as it has the time of the message that lost:
 *
 *     message 1: u1             message 2: u2                 message 3: u1
 *                               registers c → u2              ── put uid#u1 → c, 3
 *                                                             ── read: c → u2, earlier
 *     ── set uid#u1 → c to 1
 *     ── …put c → u1 if c → u2                                ── delete uid#u1 → c if it is of 3 ✗
 *
 * A registration that was read and is gone has been removed by `$disconnect`, or after a 410: the connection is not
 * registered again by a message from before.
 *
 * What follows from each read is `decide`'s to say.
 */
export async function settle(
  table: ConnectionTable,
  { connectionId, connectedAt }: Socket,
  ofRow: Registered,
  before: Registration | undefined,
  mayPrecede = true,
): Promise<RegisterOutcome> {
  const { uid } = ofRow;
  let mine = ofRow;
  let found = before;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const decision = decide(mine, found, mayPrecede);
    const { isFramed } = mine;
    switch (decision.step) {
      case 'add':
        if (await table.addFirstRegistration(connectionId, mine, connectionExpiry(connectedAt)))
          return { outcome: 'registered', isFramed };
        break;
      case 'take-over':
        if (await takeOver(table, connectionId, mine, decision.standing))
          return { outcome: decision.standing.uid === uid ? 'extended' : 'registered', isFramed };
        break;
      case 'follow':
        // The row had been deleted, and is back as that of a later message. The next read shows what deleted it.
        await table.replaceConnection(uid, connectionId, mine, decision.standing);
        mine = decision.standing;
        break;
      case 'extended':
        return { outcome: 'extended', isFramed };
      case 'other-uid':
      case 'closed':
        await table.removeConnection(uid, connectionId, mine);
        return { outcome: decision.step };
    }
    found = (await table.registrationOf(connectionId)) ?? closed;
  }
  throw new Error('The registration of a connection changes without end.');
}

/** Returns whether `mine` now stands in place of the later `standing`: not if that has changed meanwhile. */
async function takeOver(
  table: ConnectionTable,
  connectionId: string,
  mine: Registered,
  standing: Registered,
): Promise<boolean> {
  const removeRow = async () => {
    if (standing.uid !== mine.uid) await table.removeConnection(standing.uid, connectionId, standing);
  };
  await removeRow();
  const isReplaced = await table.replaceRegistration(connectionId, standing, mine);
  if (isReplaced) await removeRow();
  return isReplaced;
}
