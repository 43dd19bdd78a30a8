/**
 * The quotas of an account in a region that the simulations and the arithmetic need, as AWS grants them by default, and
 * the stack's own throttles.
 */
export const quotas = {
  /**
   * Of all WebSocket APIs together. AWS names no burst for it: here it is a second's worth.
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
   */
  newConnectionsPerSecond: 500,
  /**
   * Of all APIs together, posts to browsers included.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
   */
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
  /** Per route of the stack, see lib/websocket-gateway.ts. */
  routeRatePerSecond: 500,
  pingRatePerSecond: 1_000,
  routeBurst: 1_000,
  /** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  lambdaConcurrency: 1_000,
  /**
   * Capacity of a new on-demand table; it doubles as traffic grows.
   * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
   */
  tableWritesPerSecond: 4_000,
  /**
   * Capacity of one partition key.
   * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
   */
  partitionWritesPerSecond: 1_000,
  partitionReadUnitsPerSecond: 3_000,
} as const;
