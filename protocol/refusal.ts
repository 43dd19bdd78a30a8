/** Why something sent to us was not accepted. The codes are stable: programs compare them. */
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

/** `detail` says where, what was found or which limit; never a part of the content. */
export type Refusal = { code: RefusalCode; detail: string };

export function refuse(code: RefusalCode, detail: string): Refusal {
  return { code, detail };
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'detail' in value;
}
