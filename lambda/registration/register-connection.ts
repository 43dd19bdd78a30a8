import type { FrameError } from '../../protocol/frame-error.ts';
import type { Proven } from '../identity/identity.ts';
import { type RevocationTable, revocationError } from '../identity/revocation.ts';
import type { Incoming, Socket } from '../incoming.ts';
import type { BothTables } from '../messages/both-tables.ts';
import type {
  ClientDetails,
  Connection,
  ConnectionTable,
  Registered,
  Registration,
} from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';
import { precedes } from './precedence.ts';
import { closed, maxAttempts, type RegisterOutcome, settle } from './settle.ts';

/** The message that registers, without its text. */
type Received = Omit<Incoming, 'text'>;

/** Absent where tokens can't be revoked. */
type Revocations = Pick<RevocationTable, 'revocationOf'> | undefined;

/**
 * Makes a connection belong to the uid that a plain message proves.
 *
 * Two writes, the uid's row first. A crash between them leaves a connection that pushes reach, which is what its user
 * wanted; the other order would leave a live connection that no push reaches.
 *
 *     register              table                          a crash after this line leaves
 *     ── read ─────────────▶ no registration                nothing
 *     ── put uid's row ────▶ uid#u → c                      pushes to u reach c, until one finds it gone, or its expiry
 *     ── put if none ──────▶ c → u                          registered
 *
 * Between the read and the last write another message, or `$disconnect`, may have been there: see `settle`. The
 * revocation is read when the row is there: see `RevocationTable`.
 */
export async function registerPlainConnection(
  table: ConnectionTable,
  received: Received,
  proven: Proven,
  revocations: Revocations,
): Promise<RegisterOutcome> {
  const { connectionId, receivedAt } = received;
  const { uid } = proven;
  const mine = { uid, registeredAt: receivedAt, isFramed: false };
  // Without this read, every later message of a chatty browser would put and delete a row of some other uid.
  const before = await table.registrationOf(connectionId);
  if (before === undefined || ('uid' in before && precedes(mine, before))) {
    const row = await addRow(table, received, proven, mine);
    const refused = await refusedWith(table, received, proven, revocations);
    return refused ?? settle(table, received, registeredBy(row, uid), before);
  }
  if ('closed' in before) return { outcome: 'closed' };
  if (before.uid !== uid) return { outcome: 'other-uid' };
  const written = await table.addConnection(uid, rowOf(received, proven, before));
  const refused = await refusedWith(table, received, proven, revocations);
  if (refused) return refused;
  if (written === undefined) return { outcome: 'extended', isFramed: before.isFramed };
  // The row may have been deleted a moment ago, and be back by this.
  return settle(table, received, before, (await table.registrationOf(connectionId)) ?? closed);
}

/** `expiresAt`: when pushes to the connection stop, milliseconds since the epoch. `device`: that of the row. */
export type FramedRegisterOutcome = RegisterOutcome & {
  latest: number;
  expiresAt: number;
  device?: string;
  /** As of `BothTables`. */
  isOnline?: boolean;
};

export type FramedDetails = ClientDetails & {
  /**
   * The connection lost its registration and doesn't know when that was made. It counts as registered since it was
   * opened, so that with `sessions=single` it does not take the place of a newer one; and it precedes no registration
   * that is there.
   */
  again?: true;
  /**
   * The connection's registration as it was read before: a row that was lost comes back as that says, at once. Without
   * it the row has the time of the new message until `settle` corrects that, and with `sessions=single` a newer
   * connection that registers meanwhile would find itself the older one.
   */
  known?: Registration | undefined;
};

/**
 * As `registerPlainConnection`, for a framed socket; also returns the uid's highest number of a stored message. A
 * framed socket sends `register` only in order to register, so its row is written first, and one request reads both
 * whose the connection is and the counter:
 *
 *     register                       tables                      push
 *     ── put uid's row ────────────▶ uid#u → c                   ── put message, raise counter ▶
 *     ── read registration, counter  none, n                     ── look connections up ───────▶
 *     ── put registration if none ─▶ c → u
 *
 * Either the counter has the push's message, or the push raises it after this read, and its lookup finds the row. If
 * the registration forbids the row, `settle` takes it back.
 */
export async function registerFramedConnection(
  table: ConnectionTable,
  bothTables: Pick<BothTables, 'registrationAndLatest'>,
  received: Received,
  proven: Proven,
  revocations: Revocations,
  { again, known, device, meta }: FramedDetails = {},
): Promise<FramedRegisterOutcome> {
  const { connectionId, connectedAt, receivedAt } = received;
  const { uid } = proven;
  const isKnown = known !== undefined && 'uid' in known && known.uid === uid;
  const mine = isKnown ? known : { uid, registeredAt: again ? connectedAt : receivedAt, isFramed: true };
  const details = { ...(device !== undefined && { device }), ...(meta !== undefined && { meta }) };
  const row = await addRow(table, received, proven, mine, details);
  const [{ registration, ...read }, refused] = await Promise.all([
    bothTables.registrationAndLatest(connectionId, uid, receivedAt),
    refusedWith(table, received, proven, revocations),
  ]);
  const settled = refused ?? (await settle(table, received, registeredBy(row, uid), registration, !again));
  const ofRow = row.device === undefined ? {} : { device: row.device };
  return { ...settled, ...read, expiresAt: row.expiresAt * 1_000, ...ofRow };
}

/**
 * Returns the refusal of a token that was revoked, or of a blocked uid, and takes the row back. What the connection was
 * registered as before is not touched: who presents such a token is to be closed, which ends that, too.
 */
async function refusedWith(
  table: ConnectionTable,
  { connectionId, receivedAt }: Received,
  proven: Proven,
  revocations: Revocations,
): Promise<{ outcome: 'refused'; error: FrameError } | undefined> {
  if (revocations === undefined) return undefined;
  const error = revocationError(await revocations.revocationOf(proven.uid), proven, receivedAt);
  if (error === undefined) return undefined;
  await table.removeConnection(proven.uid, connectionId);
  return { outcome: 'refused', error };
}

/**
 * Adds the row by which pushes to the uid reach the connection, and returns it as it is then. Of messages of the same
 * uid the earliest decides mode and time, whichever is faster, and the longest credential when it ends:
 *
 *     plain message, t = 1          register frame, t = 2
 *                                   adds the row: framed, 2
 *     adds nothing, or extends
 *     replaces framed, 2: plain, 1
 *                                   adds nothing: it is plain, 1      (and so it registers)
 */
async function addRow(
  table: ConnectionTable,
  socket: Socket,
  proven: Proven,
  mine: Registered,
  details: ClientDetails = {},
): Promise<Connection> {
  const { uid, ...modeAndTime } = mine;
  const { connectionId } = socket;
  const row = { ...rowOf(socket, proven, mine), ...details };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = (await table.addConnection(uid, row)) ?? (await table.connectionOf(uid, connectionId));
    // Removed between the two.
    if (found === undefined) continue;
    if (!precedes(mine, registeredBy(found, uid))) return found;
    if (await table.replaceConnection(uid, connectionId, found, modeAndTime))
      return { ...found, ...modeAndTime };
  }
  throw new Error('The row of a connection changes without end.');
}

/** Returns whose the connection is by its row. */
function registeredBy({ registeredAt, isFramed }: Connection, uid: string): Registered {
  return { uid, registeredAt, isFramed };
}

function rowOf(
  { connectionId, connectedAt }: Socket,
  { expiresAt: credentialExpiresAt }: Proven,
  { registeredAt, isFramed }: Registered,
): Connection {
  const end = connectionExpiry(connectedAt);
  const expiresAt =
    credentialExpiresAt === undefined ? end : Math.min(end, Math.floor(credentialExpiresAt / 1_000));
  return { connectionId, registeredAt, expiresAt, isFramed };
}
