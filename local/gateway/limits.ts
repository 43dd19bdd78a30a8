/**
 * The numbers of a WebSocket API. The largest message is `MAX_MESSAGE_BYTES` in `protocol/limits.ts`.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */

/** "WebSocket frame size: 32 KB": a longer message must come as several frames. */
export const MAX_FRAME_BYTES = 32_768;

/** "Idle Connection Timeout: 10 minutes". */
export const IDLE_TIMEOUT_MS = 600_000;

/** "Connection duration for WebSocket API: 2 hours". */
export const LIFETIME_MS = 7_200_000;

/**
 * Bytes that may wait in memory for a client that reads slowly before posts to it are refused. AWS says that there is
 * such a buffer (`LimitExceededException`), not how large it is; this holds eight of the largest messages.
 */
export const MAX_UNREAD_BYTES = 1_048_576;

/**
 * Messages of one connection whose functions have not answered yet. At this many the socket is not read until one has.
 * API Gateway throttles instead; this only bounds what a client can pile up here.
 */
export const MAX_MESSAGES_UNDER_WAY = 100;
