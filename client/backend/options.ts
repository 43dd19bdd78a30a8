import type { GroupPushStatus } from '../../protocol/answers/groups.ts';
import type { MulticastStatus } from '../../protocol/answers/multicast.ts';
import type { CredentialsProvider } from './credentials.ts';

// Types alone, which are published and need no other package: the schemas that check them are elsewhere.

/** By what a request to the push URL is authorised, see the setting `pushAuth`. */
export type AuthorisationOptions = {
  /** With `pushAuth=secret`: the secret, or how to get it for each request. Nothing is signed then. */
  secret?: string | (() => Promise<string>);
  /**
   * With `pushAuth=iam`: the AWS region to sign for.
   * @default that of a Lambda function URL (`*.lambda-url.<region>.*`) or of an HTTP API (`*.execute-api.<region>.*`);
   *   requests to other hosts are not signed
   */
  region?: string;
  /**
   * AWS's service behind the push URL, where it has a name of your own: a Lambda function URL, or an HTTP API.
   * @default by the host's name; `lambda` for one that doesn't tell
   */
  service?: 'lambda' | 'execute-api';
  /**
   * Credentials to sign with. For a host that does not name its region they need a `region`.
   * @default in Lambda, those of the function; elsewhere the chain of `@aws-sdk/credential-providers` where that
   *   package is installed (environment, profiles, single sign-on, containers, instance roles), or else those of the
   *   environment or the container
   */
  credentials?: CredentialsProvider;
};

/** Options of `createPushClient`. */
export type PushClientOptions = AuthorisationOptions & {
  /** The push URL, with or without a `/` at its end. */
  url: string | URL;
  /**
   * Milliseconds in which the answer of each attempt must be complete, counted from the call: waiting for a free
   * connection, for the secret and for credentials is a part of it.
   * @default 30_000
   */
  timeoutMs?: number;
  /**
   * Maximum number of repetitions of a push, a multicast or a broadcast after a time-out, a broken connection, 429 and
   * 5xx. With 1 or more each has an idempotency key, so that it is done once; the key costs two writes to DynamoDB,
   * whether it is repeated or not. 0: no key and no writes, and no second attempt.
   * @default 1
   */
  retries?: number;
  /**
   * Maximum number of simultaneous requests, at least 1; others wait.
   * @default 50
   */
  maxConcurrentRequests?: number;
  /**
   * Sends the requests.
   * @default the global `fetch` at the time of each request
   */
  fetch?: typeof fetch;
  /**
   * Returns a number from 0 to less than 1, for the jitter of retries.
   * @default Math.random
   */
  random?: () => number;
  /**
   * Waits for milliseconds, between retries.
   * @default a timer
   */
  sleep?: (milliseconds: number) => Promise<unknown>;
  /**
   * Returns the time in milliseconds since 1970, to sign with.
   * @default Date.now
   */
  now?: () => number;
};

/** Options of every request that sends something. */
export type RequestOptions = {
  /**
   * Identifies the request in the service's log: 1 to 128 letters, digits, `.`, `_`, `:` or `-`.
   * @default a new one for each call, which a `PushError` has
   */
  correlationId?: string;
  /**
   * To which trace the request belongs: a `traceparent` of W3C Trace Context, which a deployment with `tracing` hands
   * on to its log and to the pages.
   * @default none
   */
  traceparent?: string;
};

/** Options of `pushMany`. */
export type PushManyOptions = RequestOptions & {
  /**
   * Seconds for which messages are stored, for connections that come later: an integer from 0. A deployment has a
   * maximum (`maxTtlSeconds`), to which more is lowered.
   * @default 0: not at all
   */
  ttlSeconds?: number;
} & SelectionOptions;

/**
 * Which connections of a uid are meant: the names of devices (`connection.device` of the page's client) or the ids of
 * connections, one or up to 100.
 */
export type SelectionOptions = {
  /** Only these. @default all */
  only?: string | readonly string[];
  /** All but these. @default none */
  except?: string | readonly string[];
};

/** Options of a request that is done once, however often it is sent. */
export type OnceOptions = {
  /**
   * 1 to 255 visible characters of ASCII. What comes with the same key within 24 hours, a push of the same uid, a
   * multicast or a broadcast, is not done again, but answered as the first time; with another text or TTL it is a
   * `PushError` with the code `idempotency-key-reused`.
   * @default with `retries`, a new one for each call; without, none
   */
  idempotencyKey?: string;
  /**
   * Maximum number of repetitions of this push or broadcast, with the same key.
   * @default the client's `retries`
   */
  retries?: number;
};

/** Options of `push` and `startMulticast`. */
export type PushOptions = PushManyOptions & OnceOptions;

/** Options of `groups.startPush`. */
export type StartGroupPushOptions = RequestOptions & SelectionOptions & OnceOptions;

/** Options of `groups.push`. */
export type GroupPushOptions = StartGroupPushOptions & {
  /**
   * Milliseconds for which the end of a push to more than 5,000 connections is waited for. After that the call rejects
   * with the code `timed-out`, and the push goes on. 0: one look at it, without a wait.
   * @default 300_000
   */
  waitMs?: number;
  /**
   * Called with the progress of a push to more than 5,000 connections, now and then while it runs, and at its end.
   * @default nothing is called
   */
  onProgress?: (status: GroupPushStatus) => void;
};

/** Options of `groups.add`. */
export type MembershipOptions = {
  /**
   * Seconds for which the uid is in the group: an integer from 1 to 31,536,000.
   * @default until it is removed
   */
  ttlSeconds?: number;
};

/** Options of `multicast`. */
export type MulticastOptions = PushOptions & {
  /**
   * Milliseconds for which the end of one to more than 1,000 uids is waited for. After that the call rejects with the
   * code `timed-out`, and the multicast goes on. 0: one look at it, without a wait.
   * @default 300_000
   */
  waitMs?: number;
  /**
   * Called with the progress of one to more than 1,000 uids, now and then while it runs, and at its end.
   * @default nothing is called
   */
  onProgress?: (status: MulticastStatus) => void;
};

/** Options of `broadcast`. */
export type BroadcastOptions = RequestOptions & OnceOptions;

/** Options of `onlineUids` and `multicastUids`. */
export type OnlineUidsOptions = {
  /**
   * Maximum number of uids in the page: 1 to 500.
   * @default 100
   */
  limit?: number;
  /**
   * The `after` of the previous page.
   * @default the first page
   */
  after?: string;
};

/** Options of `disconnect`. */
export type DisconnectOptions = SelectionOptions & {
  /**
   * Logs the uid out for good: every token that was issued up to now is refused. A time of the clock that signs the
   * tokens: those up to it. Needs a deployment with `revocation=true`.
   *
   * @default false
   */
  revoke?: boolean | Date;
  /**
   * Seconds for which the uid is blocked, whatever its tokens say: 1 to 31,536,000; 0 ends a block. Needs a deployment
   * with `revocation=true`.
   *
   * @default the uid is not blocked, or stays blocked
   */
  blockSeconds?: number;
};
