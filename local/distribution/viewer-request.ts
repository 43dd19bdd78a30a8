import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { runInNewContext } from 'node:vm';

/** A request of a browser, as it goes on to the origin. */
export type ViewerRequest = {
  /** Path and query. */
  target: string;
  headers: IncomingHttpHeaders;
};

/** What a function may take to decide; CloudFront allows it less than a millisecond. */
const timeoutMs = 1_000;

/**
 * Returns what a CloudFront function with this code makes of requests. Only the path can be changed here; without code
 * all stay as they are.
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function viewerRequest(code: string | undefined): (received: IncomingMessage) => ViewerRequest {
  return ({ url = '/', headers }) => {
    const [path = '', ...query] = url.split('?');
    const uri = code === undefined ? path : changedPath(code, path);
    return { target: [uri, ...query].join('?'), headers };
  };
}

function changedPath(code: string, uri: string): string {
  const event = {
    version: '1.0',
    request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
  };
  const request: unknown = runInNewContext(`${code}\n;handler(event)`, { event }, { timeout: timeoutMs });
  const changed =
    typeof request === 'object' && request !== null && 'uri' in request ? request.uri : undefined;
  if (typeof changed !== 'string')
    throw new TypeError('A function for viewer requests must return a request.');
  return changed;
}
