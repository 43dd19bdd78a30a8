/** Every number that a wire imposes, with its reason. All sizes are bytes of UTF-8. */

/**
 * Largest message that can be pushed: API Gateway's `PostToConnection` takes at most 131,072 bytes of data.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const MAX_MESSAGE_BYTES = 131_072;

/**
 * Longest uid. A DynamoDB partition key may have 2,048 bytes; 1,024 leaves room for the key's prefix and is
 * longer than any id in use.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_UID_BYTES = 1_024;

/** Most lines that one NDJSON push request may have. */
export const MAX_LINES_PER_REQUEST = 1_000;

/**
 * Largest body of one request. Lambda takes an event of 6 MB (6,291,456 bytes), in which NDJSON, the only body that may
 * be larger than a message, is base64: 6,000,000 bytes of this one. The rest is for path, query and headers.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_REQUEST_BYTES = 4_500_000;

/** Most uids of one multicast. Of usual length, they are a tenth of the largest request. */
export const MAX_MULTICAST_UIDS = 10_000;

/** Most uids of a multicast that is done before it is answered; one to more is done in the background. */
export const MAX_UIDS_AT_ONCE = 1_000;

/** Most uids of one question for who of them is online. */
export const MAX_QUERIED_UIDS = 1_000;

/** Longest name of a group. */
export const MAX_GROUP_BYTES = 256;

/**
 * Most groups that a backend puts a uid into, and in which a connection may be to join one more. All of a uid are one
 * item, which with names of usual length stays below one kilobyte: what one write unit writes.
 */
export const MAX_GROUPS = 16;

/**
 * Most connections of a group that a push is done to before it is answered: what one function posts to in the time of a
 * request. A push to more is done in the background.
 */
export const MAX_GROUP_CONNECTIONS_AT_ONCE = 5_000;

/** Longest time for which a uid is put into a group, where it is for a time: a year. */
export const MAX_MEMBERSHIP_SECONDS = 31_536_000;

/** Longest token. Tokens of OpenID providers have one or two thousand; a frame may have 32 KB. */
export const MAX_TOKEN_BYTES = 8_192;

/** Most stored messages that one page of a replay brings. */
export const MAX_REPLAY_MESSAGES = 100;

/**
 * A page of a replay ends before the message that would make its texts longer, unless that is the page's first: eight
 * of the largest.
 */
export const MAX_REPLAY_BYTES = 8 * MAX_MESSAGE_BYTES;

/**
 * Longest time for which any stack stores a message: a year. Each stack's own `maxTtlSeconds` is at most that, and a
 * longer `TTL` is lowered to it.
 */
export const MAX_TTL_SECONDS = 31_536_000;

/**
 * For how long a page remembers, since it last received one, up to which number it has shown a uid's stored messages: a
 * year. The service's counter outlives it.
 */
export const SEEN_SECONDS = 31_622_400;

/** Longest time for which a uid is blocked: a year. */
export const MAX_BLOCK_SECONDS = 31_536_000;

/** Longest name that a page gives its device. An id of any kind fits. */
export const MAX_DEVICE_BYTES = 64;

/**
 * Longest `meta` of a connection, as JSON. With it, and a uid of usual length, a row of the table stays below one
 * kilobyte, which is what one write unit writes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const MAX_META_BYTES = 512;

/** Most devices and connections that one `except`, or one `only`, names. */
export const MAX_SELECTED = 100;

/** Most uids that one page has: of those online, of a group, of a multicast. */
export const MAX_UIDS_PER_PAGE = 500;

/** Longest idempotency key, in characters of visible ASCII. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** Seconds for which an idempotency key is remembered: a day, in which every retry of a backend has come. */
export const IDEMPOTENCY_SECONDS = 86_400;

/** Most uids that a page watches, as many as one read of DynamoDB finds. */
export const MAX_WATCHED_UIDS = 100;

/**
 * Most uids that the pages of one uid begin to watch in a minute, together: ten full lists. Each is a row that is
 * written, and deleted later.
 */
export const MAX_UIDS_WATCHED_PER_MINUTE = 1_000;

/** Most bytes of the uids that one page watches: the answer with all their states is a message that can be posted. */
export const MAX_WATCHED_BYTES = 100_000;
