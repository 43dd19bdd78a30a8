/**
 * The client for backends in Node.js: pushes messages to one uid or many, stores them, broadcasts, asks who is online,
 * disconnects, and signs the tokens by which browsers prove their uid.
 *
 * @module uidpush/backend
 */

export type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
export type { CloseResult, DisconnectResult } from '../../protocol/answers/disconnect.ts';
export type {
  GroupMember,
  GroupPage,
  GroupPushAccepted,
  GroupPushResult,
  GroupPushStatus,
  GroupRemoval,
  MembershipResult,
  UidGroups,
} from '../../protocol/answers/groups.ts';
export type { Health } from '../../protocol/answers/health.ts';
export type {
  ExpiredMessageStatus,
  MessageStatus,
  StoredMessageStatus,
} from '../../protocol/answers/messages.ts';
export type {
  MulticastAccepted,
  MulticastResult,
  MulticastStatus,
  MulticastUids,
} from '../../protocol/answers/multicast.ts';
export type { OnlineCount, OnlineOfUids, OnlinePage, Presence } from '../../protocol/answers/presence.ts';
export {
  type DeliveryCounts,
  type LineResult,
  type PushResult,
  type Stored,
  wasAccepted,
} from '../../protocol/answers/push.ts';
export { ProblemCode } from '../../protocol/problem.ts';
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
export type { PresenceQueries } from './presence.ts';
export { createPushClient, type PushClient } from './push-client.ts';
export { PushError, PushErrorCode, type PushErrorOptions, type UnknownCode } from './push-error.ts';
