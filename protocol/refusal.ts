/** Reasons for which a message is not accepted. The codes are stable: programs compare them. */
export const RefusalCode = {
  /** The bytes are not UTF-8. */
  invalidUtf8: 'invalid-utf8',
  /** The text is not JSON. */
  invalidJson: 'invalid-json',
  /** The JSON is not an object. */
  notAnObject: 'not-an-object',
  /** The object has no `uid` that a connection could be registered as. */
  unusableUid: 'unusable-uid',
  /** Longer than the limit. */
  tooLarge: 'too-large',
  /**
   * A service that is needed did not answer. Nothing was done, and nothing will be; the same request may succeed later.
   */
  unavailable: 'unavailable',
  /** A service that is needed did not say whether it did its part. The message may have been pushed, or may yet be. */
  unconfirmed: 'unconfirmed',
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** Why one message was not accepted. */
export type Refusal = {
  /** The reason. Compare this one: it is stable. */
  code: RefusalCode;
  /** An explanation for people: where, what was found or which limit; never a part of the content. */
  detail: string;
};

export function refuse(code: RefusalCode, detail: string): Refusal {
  return { code, detail };
}

/**
 * Returns whether a result is a refusal.
 *
 * @example
 * ```ts
 * import { isRefusal } from 'uidpush/backend';
 *
 * const results = await client.pushMany([{ uid: 'u1' }, '[]']);
 * console.log(results.map((result) => (isRefusal(result) ? result.code : result.delivered))); // [ 1, 'not-an-object' ]
 * ```
 */
export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'detail' in value;
}
