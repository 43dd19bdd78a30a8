import type { Identity, PushAuth, PushEndpointKind, Sessions } from '../lambda/names.ts';
import type { LogLevel } from '../protocol/log-line.ts';
import type { CloudFront } from './cloud-front.ts';
import type { Deployment } from './deployment.ts';
import type { DomainOptions } from './domain.ts';
import type { MonitoringOptions } from './monitoring/monitoring-options.ts';
import type { PresenceOptions } from './presence-options.ts';
import type { TextEndpointOptions } from './text-endpoint.ts';

/** Props of `UidPush`. With the defaults the cost is less than a dollar a month while no browser is connected. */
export type UidPushProps = {
  /**
   * How a connection proves its uid: by a signed token, or not at all.
   *
   * @default Identity.token
   */
  readonly identity?: Identity;
  /**
   * The required `iss` of tokens: the OpenID provider whose tokens are accepted. Not with `Identity.claimed`.
   *
   * @default - anything
   */
  readonly tokenIssuer?: string;
  /**
   * The required `aud` of tokens.
   *
   * @default - anything
   */
  readonly tokenAudience?: string;
  /**
   * The https address where the provider publishes its keys. Needs `tokenIssuer` and `tokenAudience`.
   * @default - there is no provider: tokens are signed (HS256) with a secret that is made here, see
   * `UidPush.tokenSecret`
   */
  readonly tokenJwksUrl?: string;
  /**
   * Whether a backend can log a uid out for good and block it: `DELETE /uids/<uid>?revoke`, `?block=<seconds>`. Tokens
   * need an `iat` then, and a registration costs one read more. Not with `Identity.claimed`.
   *
   * @default false
   */
  readonly revocation?: boolean;
  /**
   * The longest that a token may be valid, from its `iat` to its `exp`, in seconds: 60 to 31,536,000. One that is
   * longer is refused. Only with `revocation`.
   *
   * @default 86400 - a day
   */
  readonly maxTokenSeconds?: number;
  /**
   * Browser origins that may connect, at least one, each as browsers send it: `https://app.example.com`, or an app's,
   * `capacitor://localhost`. `https://*.example.com` stands for one label of any name.
   * @default - any
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * The member of a JSON first message of a plain socket that is the credential, the uid or the token:
   * `{"type":"login","token":"…"}` with `'token'`. Texts that are no JSON object are credentials as they are.
   *
   * @default - every first message is the credential as it is
   */
  readonly firstMessageMember?: string;
  /**
   * Messages of plain sockets that are no credentials, such as heartbeats that begin before the log-in: `ping`. A JSON
   * object, `{"type":"pong"}`, stands for every one that has its members with its values.
   *
   * @default - none
   */
  readonly ignoredFirstMessages?: readonly string[];
  /**
   * `single`: a new registration of a uid closes its older connections.
   *
   * @default Sessions.many
   */
  readonly sessions?: Sessions;
  /**
   * Who may call the push URL: SigV4, or a bearer secret that is made here, see `UidPush.pushSecret`.
   *
   * @default PushAuth.iam
   */
  readonly pushAuth?: PushAuth;
  /**
   * The endpoint before the push function. An HTTP API is $1.00 a million requests more.
   *
   * @default - a function URL, or an HTTP API where the region is known to have no function URLs
   */
  readonly pushEndpoint?: PushEndpointKind;
  /**
   * Maximum number of posts that all broadcasts together start per second: 10 to 100,000.
   * @default 5000 - half of API Gateway's account throttle
   */
  readonly broadcastPostsPerSecond?: number;
  /**
   * Maximum number of seconds for which a message is stored: 1 to 31,536,000. A longer `TTL` is lowered to it.
   *
   * @default 604800 - 7 days
   */
  readonly maxTtlSeconds?: number;
  /**
   * Seconds for which messages of the text endpoint are stored: 0 to `maxTtlSeconds`. Only with `text`.
   *
   * @default 0 - not at all
   */
  readonly textTtlSeconds?: number;
  /**
   * The Text protocol over TCP; `{}` for all of its defaults. It costs while idle.
   *
   * @default - there is none
   */
  readonly text?: TextEndpointOptions | undefined;
  /**
   * Events of users who come online and leave; `{}` for all of its defaults, with which the events go nowhere.
   * While idle it costs about $0.70 a month for two queues that are polled.
   *
   * @default - there is none
   */
  readonly presence?: PresenceOptions | undefined;
  /**
   * Metrics that AWS lacks, alarms and a dashboard; `{}` for all of its defaults. In us-east-1 (list prices, November
   * 2026) it is about $14 a month: up to $5.40 for 18 metrics while they are written ($0.30 each), $4.70 for alarms
   * ($0.10 for each metric that one watches, $0.50 for one on others), $3 for the dashboard, $0.85 for the canary, and
   * up to $1.40 for counting connections, with 60,000 or more of them.
   *
   * @default - there is none
   */
  readonly monitoring?: MonitoringOptions | undefined;
  /**
   * Whether uids and connections can be in groups, which a backend pushes to. A registration costs one read more, and a
   * write for each group. Turned off again, all memberships are lost.
   *
   * @default false
   */
  readonly groups?: boolean;
  /**
   * With `Identity.claimed` and `groups`, whether any page may join any group. With tokens it takes a `groups` claim.
   *
   * @default false
   */
  readonly claimedGroups?: boolean;
  /**
   * How many push functions may run at the same time. They are reserved: no other function of the account takes them.
   * With `PushAuth.secret` the URL is public, and this is the limit of what strangers cost: ten requests a second each.
   *
   * @default - as many as the account has free
   */
  readonly pushConcurrency?: number;
  /**
   * The same for register functions, so that a slow identity provider, or a flood of browsers, can't take what pushes
   * need.
   *
   * @default - as many as the account has free
   */
  readonly registerConcurrency?: number;
  /**
   * The same for the workers of broadcasts: at least ten, which is how many run at the same time.
   *
   * @default - ten of what the account has free
   */
  readonly broadcastConcurrency?: number;
  /**
   * The least severe level that functions and text tasks log; each line costs.
   *
   * @default LogLevel.warn
   */
  readonly logLevel?: LogLevel;
  /**
   * Whether a request's `traceparent` (W3C Trace Context) goes with it to log lines and pages, and X-Ray records the
   * functions.
   *
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Log lines that Lambda writes itself: with `json` only of invocations that failed, with `text` START, END and REPORT
   * of each.
   *
   * @default json
   */
  readonly lambdaLogFormat?: 'json' | 'text';
  /**
   * Whether the tables can't be deleted, can be put back to any second of the last 35 days ($0.20 per GB and month),
   * and outlive the stack. Protect the stack itself by its `terminationProtection`.
   *
   * @default false
   */
  readonly protect?: boolean;
  /**
   * How a new version of a function takes over. `canary` and `linear` need `monitoring`, whose alarms take it back.
   *
   * @default Deployment.allAtOnce
   */
  readonly deployment?: Deployment;
  /**
   * Whether the URL that `pushUrl` was before functions had versions stays, `UidPush.oldPushUrl`. A service that was
   * never deployed without versions needs none.
   *
   * @default true
   */
  readonly oldPushUrl?: boolean;
  /**
   * The stage's name, the path of the WebSocket URL: 1 to 128 letters, digits, hyphens or underscores.
   *
   * @default live
   */
  readonly stage?: string;
  /** A name of your own in the WebSocket URL. @default - API Gateway's */
  readonly domain?: DomainOptions;
  /** Whether the WebSocket API has API Gateway's name, too. Without it there must be a `domain`. @default true */
  readonly executeApiEndpoint?: boolean;
  /**
   * Whether browsers connect by CloudFront, with a limit for each address: `only`, or `beside` API Gateway's own
   * address, for the time in which pages move. With a `domain` its name is CloudFront's, and its certificate of
   * us-east-1. In us-east-1 it is $6 a month for the web ACL, and $1.60 a million connects.
   *
   * @default CloudFront.off
   */
  readonly cloudFront?: CloudFront;
  /**
   * How often one address may connect in five minutes: 10 to 2,000,000,000. Only with `cloudFront`, and without
   * `webAclArn`.
   *
   * @default 1000
   */
  readonly connectsPerAddress?: number;
  /**
   * A web ACL of your own, for CloudFront. Only with `cloudFront`.
   *
   * @default - one is made, which can be done in us-east-1 only
   */
  readonly webAclArn?: string;
  /** With `dualstack` browsers reach the WebSocket API by IPv6, too. @default ipv4 */
  readonly ipAddressType?: 'ipv4' | 'dualstack';
};
