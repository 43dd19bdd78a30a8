/**
 * The client for backends in Node.js: pushes messages to one uid or many, stores them, broadcasts, asks who is online,
 * disconnects, and signs the tokens by which browsers prove their uid.
 *
 * @module uidpush/backend
 */

export { ProblemCode } from '../../protocol/problem.ts';
export type {
  BroadcastAccepted,
  BroadcastStatus,
  CloseResult,
  DisconnectResult,
  ExpiredMessageStatus,
  GroupMember,
  GroupPage,
  GroupPushAccepted,
  GroupPushResult,
  GroupPushStatus,
  GroupRemoval,
  Health,
  MembershipResult,
  MessageStatus,
  MulticastAccepted,
  MulticastResult,
  MulticastStatus,
  MulticastUids,
  OnlineCount,
  OnlineOfUids,
  OnlinePage,
  Presence,
  StoredMessageStatus,
  UidGroups,
} from '../../protocol/push-api.ts';
export {
  type DeliveryCounts,
  type LineResult,
  type PushResult,
  type Stored,
  wasAccepted,
} from '../../protocol/push-result.ts';
export { isRefusal, type Refusal, RefusalCode } from '../../protocol/refusal.ts';
export { createToken, type TokenOptions } from './create-token.ts';
export type { Credentials, CredentialsProvider } from './credentials.ts';
export type { Groups } from './groups.ts';
export type { MessageObject, MulticastMessage, PushMessage } from './message-bytes.ts';
export type {
  AuthorisationOptions,
  BroadcastOptions,
  DisconnectOptions,
  GroupPushOptions,
  MembershipOptions,
  MulticastOptions,
  OnceOptions,
  OnlineUidsOptions,
  PushClientOptions,
  PushManyOptions,
  PushOptions,
  RequestOptions,
  SelectionOptions,
  StartGroupPushOptions,
} from './options.ts';
export type { PresenceQueries } from './presence-queries.ts';
export { createPushClient, type PushClient } from './push-client.ts';
export { PushError, PushErrorCode, type PushErrorOptions, type UnknownCode } from './push-error.ts';
