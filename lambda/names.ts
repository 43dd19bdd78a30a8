/**
 * Names that the CDK app and the Lambdas must agree on. `lib/` imports this file and nothing else of `lambda/`.
 */

/** Environment variables of the functions. */
export const EnvironmentVariable = {
  /** The connection table's name. */
  tableName: 'TABLE_NAME',
  /** Where `@connections` requests go: `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  connectionsUrl: 'CONNECTIONS_URL',
  /** Comma list of browser origins that may connect, `*` for one label of a host's name; empty: any. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** The secret that CloudFront sends with each connect; absent: connects may come by any way. */
  originSecretId: 'ORIGIN_SECRET_ID',
  /** How a connection proves its uid, see `Identity`. */
  identity: 'IDENTITY',
  /** The secret that tokens are signed with; only with `Identity.token` and without a provider. */
  tokenSecretId: 'TOKEN_SECRET_ID',
  /** Where an OpenID provider publishes its keys; empty: tokens are signed with the secret. */
  tokenJwksUrl: 'TOKEN_JWKS_URL',
  /** Required `iss` and `aud` of a token; empty: anything. */
  tokenIssuer: 'TOKEN_ISSUER',
  tokenAudience: 'TOKEN_AUDIENCE',
  /** The longest that a token may be valid, in seconds, where tokens can be revoked; absent: they can't be. */
  maxTokenSeconds: 'MAX_TOKEN_SECONDS',
  /** The secret that tokens of canaries are signed with; only with a provider, which signs none for them. */
  canarySecretId: 'CANARY_SECRET_ID',
  /** Where the canary's page connects: `wss://…`. */
  webSocketUrl: 'WEB_SOCKET_URL',
  /** The member of a JSON first message that is the credential; absent: the whole text is. */
  firstMessageMember: 'FIRST_MESSAGE_MEMBER',
  /** A JSON list of messages of plain sockets to pass over; absent: none. */
  ignoredFirstMessages: 'IGNORED_FIRST_MESSAGES',
  /** How many connections a uid may have, see `Sessions`. */
  sessions: 'SESSIONS',
  /** Who may call the push URL, see `PushAuth`. */
  pushAuth: 'PUSH_AUTH',
  /** Endpoint before the push function, see `PushEndpointKind`, for it and the canary; absent: a function URL. */
  pushEndpoint: 'PUSH_ENDPOINT',
  /** The name of the secret that callers bear; only with `PushAuth.secret`. */
  pushSecretId: 'PUSH_SECRET_ID',
  /** The queue of the broadcasts' tasks. */
  broadcastQueueUrl: 'BROADCAST_QUEUE_URL',
  /** Where tasks wait that failed. */
  broadcastDeadLetterQueueUrl: 'BROADCAST_DEAD_LETTER_QUEUE_URL',
  /** How many posts one broadcast worker may start per second. */
  postsPerSecond: 'POSTS_PER_SECOND',
  /** The name of the table of stored messages. */
  messageTableName: 'MESSAGE_TABLE_NAME',
  /** The name of the table of groups; absent: there are none. */
  groupTableName: 'GROUP_TABLE_NAME',
  /** `true`: where uids are claimed, pages may join any group; absent: none. */
  claimedGroups: 'CLAIMED_GROUPS',
  /** `true`: pages watch uids; absent: they don't. */
  watching: 'WATCHING',
  /** `true`: where uids are claimed, pages may watch any uid; absent: none. */
  claimedWatch: 'CLAIMED_WATCH',
  /** The longest `TTL` of a stored message; a longer one is lowered to it. */
  maxTtlSeconds: 'MAX_TTL_SECONDS',
  /** Queues of uids whose presence is to be looked at: at once, and after the grace; absent: there is no presence. */
  lookQueueUrl: 'LOOK_QUEUE_URL',
  settleQueueUrl: 'SETTLE_QUEUE_URL',
  /** Seconds without a connection after which a uid is offline. */
  presenceGraceSeconds: 'PRESENCE_GRACE_SECONDS',
  /** The queue that receives events of presence; absent: none. */
  presenceQueueUrl: 'PRESENCE_QUEUE_URL',
  /** The event bus that receives events of presence; absent: none. */
  presenceEventBusArn: 'PRESENCE_EVENT_BUS_ARN',
  /** Where events of presence are posted, the queue where they wait for it, and the secret that signs them. */
  webhookUrl: 'WEBHOOK_URL',
  webhookQueueUrl: 'WEBHOOK_QUEUE_URL',
  webhookSecretId: 'WEBHOOK_SECRET_ID',
  /** `true`: the webhook may be on this machine. The local stack sets it, and no template. */
  webhookLoopback: 'WEBHOOK_LOOPBACK',
  /** By which a uid is hashed for the logs; absent: they have none. */
  uidHashKey: 'UID_HASH_KEY',
  /** The least of what is logged, see `LogLevel`; absent: `LogLevel.warn`. */
  logLevel: 'LOG_LEVEL',
  /** `true`: requests are followed by their `traceparent`; absent: they are not. */
  tracing: 'TRACING',
  /** The value of `MetricDimension.service`; absent: no metrics are written. */
  metricsService: 'METRICS_SERVICE',
} as const;

/** The header, in lower case, by which CloudFront proves that a connect comes by it. */
export const ORIGIN_SECRET_HEADER = 'x-uidpush-origin-secret';

/** Timeout of the push function; an invocation older than this has been killed. */
export const PUSH_TIMEOUT_SECONDS = 25;

/** Timeout of the register function; no message of a browser is under way for longer. */
export const REGISTER_TIMEOUT_SECONDS = 10;

/** Environment variables of an app's own functions, which the grants of the construct set. */
export const BackendVariable = {
  /** Where to push: what `createPushClient` takes. */
  pushUrl: 'PUSH_URL',
  /** Where to disconnect uids. */
  disconnectUrl: 'DISCONNECT_URL',
  /** The id of the secret to bear; only with `PushAuth.secret`. */
  pushSecretId: 'PUSH_SECRET_ID',
} as const;

/** How a connection proves its uid. */
export const Identity = {
  /** By a signed token whose `sub` is the uid. */
  token: 'token',
  /** Not at all: a page that names a uid is that uid. */
  claimed: 'claimed',
} as const;
export type Identity = (typeof Identity)[keyof typeof Identity];

/** How requests to the push URL are authorised. */
export const PushAuth = {
  /** SigV4, checked by AWS. */
  iam: 'iam',
  /** A bearer secret, checked by the push function. */
  secret: 'secret',
} as const;
export type PushAuth = (typeof PushAuth)[keyof typeof PushAuth];

/** Kinds of endpoints before the push function. */
export const PushEndpointKind = {
  /** A Lambda function URL, which costs nothing by itself. */
  functionUrl: 'function-url',
  /** An HTTP API of API Gateway, for regions without function URLs. */
  httpApi: 'http-api',
} as const;
export type PushEndpointKind = (typeof PushEndpointKind)[keyof typeof PushEndpointKind];

/** How many connections a uid may have. */
export const Sessions = {
  /** A uid may have many connections. */
  many: 'many',
  /** A new registration of a uid closes its older connections. */
  single: 'single',
} as const;
export type Sessions = (typeof Sessions)[keyof typeof Sessions];

/** `{"action":"ping"}`: the route that API Gateway answers by itself, with a pong. */
export const PING_ROUTE = 'ping';

/** Routes of the WebSocket API that a browser's message can select, and that the register function handles. */
export const MessageRoute = {
  /** Framed sockets: `{"action":"register",…}`. */
  register: 'register',
  /** `{"action":"check"}`, answered with whether pushes reach the connection. */
  check: 'check',
  /** Framed sockets: `{"action":"replay","since":…}`, answered with stored messages. */
  replay: 'replay',
  /** Framed sockets: `{"action":"ack","seq":…}`. */
  acknowledge: 'ack',
  /** Everything else, non-JSON too: the plain way. */
  plain: '$default',
} as const;
export type MessageRoute = (typeof MessageRoute)[keyof typeof MessageRoute];

/** With `groups`, the routes by which a framed socket joins and leaves; the register function handles them, too. */
export const GroupRoute = {
  /** `{"action":"join","group":…}`. */
  join: 'join',
  /** `{"action":"leave","group":…}`. */
  leave: 'leave',
} as const;
export type GroupRoute = (typeof GroupRoute)[keyof typeof GroupRoute];

/** With `presenceWatch`, the route by which a framed socket watches uids; the register function handles it, too. */
export const WatchRoute = {
  /** `{"action":"watch","uids":[…]}`. */
  watch: 'watch',
} as const;
export type WatchRoute = (typeof WatchRoute)[keyof typeof WatchRoute];

/** Attributes of the tables' items that their declarations need. */
export const TableAttribute = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which the item is no longer true; DynamoDB's TTL attribute. */
  expiresAt: 'expiresAt',
} as const;

/** CloudWatch's name for where the metrics are. */
export const METRIC_NAMESPACE = 'uidpush';

export const MetricDimension = {
  /** The path of the construct, so that two services in an account are distinguished. */
  service: 'Service',
  /** Why a token was refused: the code of the error frame. */
  code: 'Code',
} as const;

/** How the uids of canaries begin. They are in no list of who is online. */
export const CANARY_UID_PREFIX = 'uidpush-canary-';

/** The metrics that the functions write with `monitoring`, by their CloudWatch names. */
export const MetricName = {
  /** Connections that were registered. */
  registrations: 'Registrations',
  /** Registered connections that were closed. */
  disconnections: 'Disconnections',
  /** Posts that API Gateway accepted. */
  pushesDelivered: 'PushesDelivered',
  /** Posts to connections that no longer existed. */
  pushesGone: 'PushesGone',
  /** Posts that were tried without success. */
  pushesFailed: 'PushesFailed',
  /** Pushes to uids without a registered connection. */
  pushesOffline: 'PushesOffline',
  /** Pushes that were refused because a table did not answer. */
  pushesUnavailable: 'PushesUnavailable',
  /** Milliseconds from a push request to its answer. */
  pushLatency: 'PushLatency',
  /** Posts of broadcasts that API Gateway accepted. */
  broadcastDelivered: 'BroadcastDelivered',
  /** Posts of broadcasts to connections that no longer existed. */
  broadcastGone: 'BroadcastGone',
  /** Posts of broadcasts that were tried without success. */
  broadcastFailed: 'BroadcastFailed',
  /** Sockets that were not opened, for their page's origin. */
  connectRefusals: 'ConnectRefusals',
  /** Registrations that were refused for their token. */
  tokenRefusals: 'TokenRefusals',
  /** Connections that are open, counted every five minutes. */
  openConnections: 'OpenConnections',
  /** Requests and registrations that failed for a fault of the service. */
  internalErrors: 'InternalErrors',
  /** Runs of the canary that failed: 0 or 1 of each. */
  canaryFailures: 'CanaryFailures',
  /** Milliseconds from the canary's push to its page. */
  canaryLatency: 'CanaryLatency',
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];
