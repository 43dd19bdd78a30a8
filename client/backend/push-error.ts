/** Why a push has no answer. The codes are stable: programs compare them. */
export const PushErrorCode = {
  /** The connection could not be made, or broke before the answer was complete. */
  unreachable: 'unreachable',
  /** The answer was not complete in time. */
  timedOut: 'timed-out',
  /** The push URL answered with another status than 200. */
  unexpectedStatus: 'unexpected-status',
  /** The answer is not one result per line, or is larger than results can be. */
  unexpectedAnswer: 'unexpected-answer',
  /** The credentials to sign with could not be had. */
  noCredentials: 'no-credentials',
} as const;
export type PushErrorCode = (typeof PushErrorCode)[keyof typeof PushErrorCode];

/**
 * A request that has no answer. Except for `no-credentials` the messages may have been delivered: the answer can be lost after
 * the push was done. `message` never quotes what was sent or answered.
 */
export class PushError extends Error {
  override readonly name = 'PushError';
  readonly code: PushErrorCode;

  constructor(code: PushErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
