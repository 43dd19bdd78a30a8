import type { ProblemCode } from '../../protocol/problem.ts';

/** Why a request has no answer, where the service itself doesn't say. The codes are stable: programs compare them. */
export const PushErrorCode = {
  /** The connection could not be made, or broke before the answer was complete. */
  unreachable: 'unreachable',
  /** The answer was not complete in time. */
  timedOut: 'timed-out',
  /** An error status without the service's problem details: it comes from AWS, from a proxy or from something else. */
  unexpectedStatus: 'unexpected-status',
  /** The answer is not what this request is answered with, or is larger than that can be. */
  unexpectedAnswer: 'unexpected-answer',
  /** The credentials or the secret could not be had, not in time, or can't be used. Nothing was sent. */
  noCredentials: 'no-credentials',
} as const;
export type PushErrorCode = (typeof PushErrorCode)[keyof typeof PushErrorCode];

/** A code that this version does not know yet: a newer service may have more. */
export type UnknownCode = string & Record<never, never>;

/** Members of a `PushError` that not every one has. */
export type PushErrorOptions = {
  /** The error that led to it. */
  cause?: unknown;
  /** See `PushError.status`. */
  status?: number;
  /** See `PushError.detail`. */
  detail?: string;
  /** See `PushError.retryAfterMs`. */
  retryAfterMs?: number;
};

/**
 * A request that has no result: the service refused it (then `code` is the problem's, with its `detail`), or there is
 * no answer. After `unreachable`, `timed-out`, `unexpected-status`, `unexpected-answer`, `internal` and `unconfirmed`
 * it may have been done all the same, or may yet be: the answer can be lost after it was done. `message` never quotes
 * what was sent or answered.
 *
 * @example
 * ```ts
 * import { ProblemCode, PushError } from 'uidpush/backend';
 *
 * try {
 *   await client.message('u1', 1_000);
 * } catch (error) {
 *   if (!(error instanceof PushError && error.code === ProblemCode.unknownMessage)) throw error;
 *   console.log(error.code, error.status); // unknown-message 404
 * }
 * ```
 */
export class PushError extends Error {
  /** Always `PushError`. */
  override readonly name = 'PushError';
  /** Stable code of the failure: compare this one. */
  readonly code: PushErrorCode | ProblemCode | UnknownCode;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /**
   * Explanation by the service, for people: what was wrong with the request, and where. Where AWS refused a request,
   * its error type and reason: `AccessDeniedException: Forbidden`.
   */
  readonly detail: string | undefined;
  /** Milliseconds after which the service, or AWS, wants to be asked again, where it said so. */
  readonly retryAfterMs: number | undefined;
  /** Identifies the request in the service's log; absent where the answer arrived but was not understood. */
  correlationId: string | undefined;

  /** Made by the client; `code` and `message` as above. */
  constructor(
    code: PushError['code'],
    message: string,
    { status, detail, retryAfterMs, ...options }: PushErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}
