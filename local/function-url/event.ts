import { type Authorizer, callerAccountId } from './caller.ts';

/**
 * The request that a function URL hands to its function: payload format 2.0.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads Lambda adds `x-forwarded-*`
 * and a trace id to the headers; these are not imitated. Whether the event of a signed request has its `authorization`
 * is not documented; here it has.
 */
export type FunctionUrlEvent = {
  version: '2.0';
  routeKey: '$default';
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: {
    /** `anonymous` for a URL without IAM. */
    accountId: string;
    apiId: string;
    /** Only of a URL with IAM. */
    authorizer?: Authorizer;
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: '$default';
    stage: '$default';
    /** `12/Mar/2020:19:03:58 +0000` */
    time: string;
    timeEpoch: number;
  };
  body?: string;
  isBase64Encoded: boolean;
};

/** A request as it came over HTTP. */
export type HttpRequest = {
  method: string;
  /** Path and query, as sent. */
  target: string;
  /** Names and values in turn, as sent: Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  /** `1.1` */
  httpVersion: string;
  sourceIp: string;
  body: Buffer;
};

export type Invocation = {
  urlId: string;
  requestId: string;
  now: number;
  authorizer?: Authorizer;
  /** @default false */
  decodesPath?: boolean;
};

/** Makes the event of a request. */
export function functionUrlEvent(
  request: HttpRequest,
  { urlId, requestId, now, authorizer, decodesPath = false }: Invocation,
): FunctionUrlEvent {
  const { path: sentPath, query } = splitTarget(request.target);
  const path = decodesPath ? decoded(sentPath) : sentPath;
  const { cookie, ...headers } = joinHeaders(request.rawHeaders);
  const isText = isTextType(headers['content-type']);
  return {
    version: '2.0',
    routeKey: '$default',
    // Percent-encoding is kept, unlike in the events of an HTTP API.
    // Source: https://github.com/middleapi/standard-server/pull/93 (compared on AWS)
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers,
    ...(query === '' ? {} : { queryStringParameters: queryParameters(query) }),
    requestContext: {
      accountId: authorizer ? callerAccountId : 'anonymous',
      apiId: urlId,
      ...(authorizer && { authorizer }),
      domainName: headers.host ?? '',
      domainPrefix: urlId,
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now,
    },
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Text that is no percent-encoded UTF-8 stays as it is; what an HTTP API does then is not documented. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Headers about the connection go no further than to the other end of it. RFC 9110, section 7.6.1. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Names in lower case; the values of one name are joined by commas, those of `cookie` as in RFC 6265. */
function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    if (connectionHeaders.has(name)) continue;
    const value = String(rawHeaders[index + 1]);
    const before = headers.get(name);
    const separator = name === 'cookie' ? '; ' : ',';
    headers.set(name, before === undefined ? value : `${before}${separator}${value}`);
  }
  return Object.fromEntries(headers);
}

/** Decoded; the values of one name are joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

/**
 * Bodies of other types come base64-encoded, those without a type too, and forms.
 * Source: https://github.com/ministackorg/ministack/pull/766 (measured on AWS; its documentation doesn't list the
 * types)
 */
function isTextType(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || /^application\/(json|xml|javascript)$/.test(type);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(time: number): string {
  const [date = '', clock] = new Date(time).toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${clock} +0000`;
}
