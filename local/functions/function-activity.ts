/** A request that a function made over HTTP: to DynamoDB, to `@connections`, to whatever it uses. */
export type FunctionRequest = {
  method: string;
  path: string;
  /** The header `X-Amz-Target`, where the service speaks JSON: `DynamoDB_20120810.PutItem`. */
  target?: string;
};

/**
 * Activity of a function, by its logical id. An invocation is reported when it has ended, after the requests that it
 * made.
 */
export type FunctionActivity =
  | { kind: 'invocation'; functionId: string }
  | { kind: 'request'; functionId: string; request: FunctionRequest };
