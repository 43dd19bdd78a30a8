/**
 * API Gateway closes every connection after two hours.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const CONNECTION_LIFE_MS = 2 * 60 * 60 * 1_000;

/** Margin for clocks that differ, and for a last message that is processed while the connection ends. */
const marginSeconds = 5 * 60;

/**
 * Returns the epoch seconds after which a connection opened at `connectedAt` (milliseconds since the epoch) can't exist
 * any more.
 */
export function connectionExpiry(connectedAt: number): number {
  return Math.ceil((connectedAt + CONNECTION_LIFE_MS) / 1_000) + marginSeconds;
}
