/**
 * Names that the CDK app and the Lambdas must agree on. `lib/` imports this file and nothing else of `lambda/`.
 */

/** Environment variables of the functions. */
export const EnvironmentVariable = {
  /** The connection table's name. */
  tableName: 'TABLE_NAME',
  /** Where `@connections` requests go: `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  connectionsUrl: 'CONNECTIONS_URL',
  /** Comma list of browser origins that may connect; empty: any. */
  allowedOrigins: 'ALLOWED_ORIGINS',
} as const;

/** Routes of the WebSocket API that a browser's message can select. */
export const MessageRoute = {
  /** Framed sockets: `{"action":"register",…}`. */
  register: 'register',
  /** Everything else, non-JSON too: the plain way. */
  plain: '$default',
} as const;

/** Attributes of the connection table's items that its declaration needs. */
export const TableAttribute = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which the item is no longer true; DynamoDB's TTL attribute. */
  expiresAt: 'expiresAt',
} as const;
