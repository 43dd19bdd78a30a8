/**
 * The parts of a function URL's request that the push function reads (payload format 2.0).
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export type FunctionUrlEvent = {
  /** Percent-encoded, as it was sent. */
  rawPath: string;
  rawQueryString: string;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  requestContext: {
    http: { method: string };
    /** Only of a URL whose `AuthType` is `AWS_IAM`. */
    authorizer?: { iam?: object };
  };
  body?: string;
  isBase64Encoded: boolean;
};
