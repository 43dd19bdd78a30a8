import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FunctionOutcome } from '../functions/function-outcome.ts';
import { InvokeError } from '../functions/invoke-error.ts';

/** HTTP response of a function. */
export type HttpAnswer = { statusCode: number; headers: Record<string, string | string[]>; body: Buffer };

/**
 * Returns the answer of a function URL to the outcome of an invocation.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function functionUrlAnswer(outcome: FunctionOutcome): HttpAnswer {
  if ('errorType' in outcome) return errorAnswer(outcome.errorType);
  const { payload } = outcome;
  if (!isObject(payload) || payload.statusCode === undefined) {
    // "If your function returns valid JSON and doesn't return a statusCode", all of it is the body.
    return answer(200, {}, JSON.stringify(payload));
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = payload;
  const isUnderstood =
    isStatus(statusCode) && isObject(headers) && Array.isArray(cookies) && typeof body === 'string';
  if (!isUnderstood) return internalServerError;
  const allHeaders: [string, string | string[]][] = Object.entries(headers).flatMap(([name, value]) => {
    const sent = sentName(name.toLowerCase());
    return sent === undefined ? [] : [[sent, String(value)]];
  });
  if (cookies.length > 0) allHeaders.push(['set-cookie', cookies.map(String)]);
  if (!allHeaders.every(isHeader)) return internalServerError;
  return answer(
    statusCode,
    Object.fromEntries(allHeaders),
    Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  );
}

/**
 * Headers that belong to the connection, or that AWS sets itself: a function's headers of these names are sent under
 * other names. `www-authenticate`, `date` and `connection` are reported by several who measured it on function URLs,
 * `content-length` by https://github.com/cargo-lambda/cargo-lambda/issues/862. AWS documents the others, and these, for
 * REST APIs alone, and it is not known whether function URLs rename them too:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const renamedHeaders = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
]);

/** The name by which a header of the function's is sent; `undefined` when it is dropped. */
function sentName(name: string): string | undefined {
  if (name === 'transfer-encoding') return undefined;
  return renamedHeaders.has(name) ? `x-amzn-remapped-${name}` : name;
}

/** The text of a 413 and a 429 is documented nowhere. */
function errorAnswer(errorType: string): HttpAnswer {
  switch (errorType) {
    case InvokeError.requestTooLarge:
      return answer(413, {}, JSON.stringify({ Message: 'Request Entity Too Large' }));
    case InvokeError.tooManyRequests:
      return answer(429, {}, JSON.stringify({ Message: 'Too Many Requests' }));
    case InvokeError.accessDenied:
      return answer(403, {}, JSON.stringify({ Message: 'Forbidden' }));
    default:
      return internalServerError;
  }
}

/**
 * For the caller, a function that fails and one whose answer can't be understood are the same.
 * Source: https://github.com/awsdocs/aws-lambda-developer-guide/issues/430
 */
const internalServerError = answer(502, {}, 'Internal Server Error');

function answer(statusCode: number, headers: HttpAnswer['headers'], body: string | Buffer): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
  };
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isHeader([name, value]: [string, string | string[]]): boolean {
  try {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
