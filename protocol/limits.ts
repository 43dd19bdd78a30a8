/** Every number that a wire imposes, with its reason. All sizes are bytes of UTF-8. */

/**
 * Largest message that can be pushed: API Gateway's `PostToConnection` takes at most 131,072 bytes of data.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
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
 * Largest body of one push request. Lambda takes an event of 6 MB (6,291,456 bytes) in which the body is a JSON string;
 * escaping quotes and backslashes can double it, so 3,000,000 bytes fit whatever they are.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_REQUEST_BYTES = 3_000_000;

/** Longest token. Tokens of OpenID providers have one or two thousand; a frame may have 32 KB. */
export const MAX_TOKEN_BYTES = 8_192;
