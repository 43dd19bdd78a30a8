/** The codes with which API Gateway itself closes a WebSocket. */
export const CloseCode = {
  /** `DeleteConnection`; a caller can't ask for another one. Source: https://github.com/aws/aws-sdk-js/issues/3636 */
  normal: 1000,
  /**
   * Idle for too long, or open for too long. AWS documents the timeouts, not the code: published `$disconnect` events
   * have 1001.
   */
  goingAway: 1001,
  /**
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
   */
  binaryFrame: 1003,
  /**
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
   */
  tooLarge: 1009,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** How a connection ended. Codes that come in no close frame: 1005, it had no code; 1006, there was none. */
export type Ending = { code: number; reason: string };

// 1000: https://github.com/aws/chalice/issues/2060. 1001: published events.
// 1005: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
const knownReasons: ReadonlyMap<number, string> = new Map([
  [1000, 'Connection Closed Normally'],
  [1001, 'Going away'],
  [1005, 'Client-side close frame status not set'],
]);

/**
 * `disconnectReason`: what the close frame said, else what API Gateway says for the code, else nothing, as far as is
 * known.
 */
export function disconnectReason({ code, reason }: Ending): string {
  return reason || (knownReasons.get(code) ?? '');
}
