import { RefusalCode } from './refusal.ts';

/** Every `code` that the push URL answers with an error, and its HTTP status. Stable: programs compare them. */
export const ProblemCode = {
  ...RefusalCode,
  /** The path, the query or a header has something that the route can't take. */
  invalidRequest: 'invalid-request',
  /** The body has a content encoding, or a charset that is not UTF-8. */
  unsupportedMediaType: 'unsupported-media-type',
  /** The credentials are missing or wrong. */
  unauthorised: 'unauthorised',
  /** The path is that of no route. */
  unknownRoute: 'unknown-route',
  /** The path has no such method; the header `Allow` names those that it has. */
  wrongMethod: 'wrong-method',
  /** There is no broadcast of this id, or it was more than a week ago. */
  unknownBroadcast: 'unknown-broadcast',
  /** There is no multicast of this id, or it was more than a week ago. */
  unknownMulticast: 'unknown-multicast',
  /** There is no connection of this id, and was none a minute ago. */
  unknownConnection: 'unknown-connection',
  /** No stored message of the uid was ever given this number. */
  unknownMessage: 'unknown-message',
  /** The name of a group is empty or too long. */
  unusableGroup: 'unusable-group',
  /** The uid is in as many groups as it may be. */
  tooManyGroups: 'too-many-groups',
  /** The same key came with another request before: another message, time to live, or choice of connections. */
  idempotencyKeyReused: 'idempotency-key-reused',
  /** The request that came with this key before has no answer yet. */
  idempotencyKeyInUse: 'idempotency-key-in-use',
  /** A fault of the service. Something may have been done. */
  internal: 'internal',
} as const;
export type ProblemCode = (typeof ProblemCode)[keyof typeof ProblemCode];

export const statusOfProblem: Record<ProblemCode, number> = {
  [ProblemCode.invalidUtf8]: 400,
  [ProblemCode.invalidJson]: 400,
  [ProblemCode.notAnObject]: 400,
  [ProblemCode.unusableUid]: 400,
  [ProblemCode.invalidRequest]: 400,
  [ProblemCode.unusableGroup]: 400,
  [ProblemCode.unauthorised]: 401,
  [ProblemCode.unknownRoute]: 404,
  [ProblemCode.unknownBroadcast]: 404,
  [ProblemCode.unknownMulticast]: 404,
  [ProblemCode.unknownConnection]: 404,
  [ProblemCode.unknownMessage]: 404,
  [ProblemCode.wrongMethod]: 405,
  [ProblemCode.idempotencyKeyInUse]: 409,
  [ProblemCode.tooManyGroups]: 409,
  [ProblemCode.tooLarge]: 413,
  [ProblemCode.unsupportedMediaType]: 415,
  [ProblemCode.idempotencyKeyReused]: 422,
  [ProblemCode.internal]: 500,
  [ProblemCode.unavailable]: 503,
  [ProblemCode.unconfirmed]: 503,
};
