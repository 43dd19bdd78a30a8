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
  requestContext: { http: { method: string } };
  body?: string;
  isBase64Encoded: boolean;
};

/** The body's bytes. A body that the function URL took for text comes as text, any other as base64. */
export function bodyOf(event: FunctionUrlEvent): Uint8Array {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

/** The media type without its parameters, in lower case; empty when there is none. */
export function mediaTypeOf(event: FunctionUrlEvent): string {
  return (event.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
