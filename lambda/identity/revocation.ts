import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import type { Proven } from './identity.ts';

/** A revocation or block of a uid. One that is over may still be there: DynamoDB deletes late. */
export type Revocation = {
  /** Tokens whose `iat` is this or earlier, in epoch seconds, are refused. */
  revokedThrough?: number;
  /** Until then, in milliseconds since the epoch, all tokens are refused. */
  blockedUntil?: number;
};

/**
 * Revocations by uid. A registration that is under way does not survive one: each side writes first, and then reads
 * what the other wrote.
 *
 *     registration                         revocation (or block)
 *     ── put uid#u → c                     ── put the revocation
 *     ── read the revocation of u          ── read the connections of u, close each
 *     ── put c → u
 *
 * Whichever of the two begins its second line last finds what the other wrote by its first: the registration is refused
 * and takes its row back, or the revocation finds the row and closes the connection, or both. All reads are strongly
 * consistent. A crash of the registration after its first line leaves a row that the revocation finds, or a later one.
 */
export interface RevocationTable {
  revocationOf(uid: string): Promise<Revocation | undefined>;
  /**
   * Refuses tokens issued at or before `through` (epoch seconds), unless a later time is noted. `expiresAt`: epoch
   * seconds after which none of them can be valid.
   */
  revoke(uid: string, through: number, expiresAt: number): Promise<void>;
  /** Refuses all tokens until then (milliseconds since the epoch), in place of what was noted before. */
  block(uid: string, until: number): Promise<void>;
}

/**
 * Returns why a token that proves its uid is refused all the same. `now`: milliseconds since the epoch.
 *
 * A token that was issued in the second of the revocation may be from before it, so it is refused. A login in the same
 * second gets such a token too: a client tries again with a fresh one, which is of the next second.
 */
export function revocationError(
  revocation: Revocation | undefined,
  { issuedAt }: Proven,
  now: number,
): FrameError | undefined {
  const { revokedThrough, blockedUntil } = revocation ?? {};
  if (blockedUntil !== undefined && now < blockedUntil) return blocked;
  // Fractions of a second are allowed in `iat`.
  const isRevoked =
    revokedThrough !== undefined && (issuedAt === undefined || Math.floor(issuedAt) <= revokedThrough);
  return isRevoked ? tokenRevoked : undefined;
}

const blocked: FrameError = { code: FrameErrorCode.blocked, message: 'this uid is blocked for a time' };

const tokenRevoked: FrameError = {
  code: FrameErrorCode.tokenRevoked,
  message: 'the token was issued before its uid was logged out; register with a fresh one',
};
