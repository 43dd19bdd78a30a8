import { MAX_REQUEST_BYTES } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { type HttpResponse, ndjsonMediaType, problemResponse } from './response.ts';

/** NDJSON, and other names of the same format. */
const ndjsonMediaTypes = new Set([
  ndjsonMediaType,
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]);

/** UTF-8, and ASCII, which is UTF-8 too. */
const utf8Charsets = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** The body's bytes. A body that the function URL took for text comes as text, any other as base64. */
export function bodyOf(event: FunctionUrlEvent): Uint8Array {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

/** Whether the body is lines. With any other type, or none, it is one text. */
export function isNdjson(event: FunctionUrlEvent): boolean {
  return contentTypesOf(event.headers['content-type'] ?? '').some(({ mediaType }) =>
    ndjsonMediaTypes.has(mediaType),
  );
}

/**
 * The problem of a body that a route can't take: it is too large, or in an encoding that would be delivered as
 * something else.
 */
export function unsupportedBody(event: FunctionUrlEvent): HttpResponse | undefined {
  if (Buffer.byteLength(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8') > MAX_REQUEST_BYTES) {
    const detail = `a request may have ${MAX_REQUEST_BYTES} bytes; this one has more`;
    return problemResponse(ProblemCode.tooLarge, detail);
  }
  const codings = (event.headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase());
  if (codings.some((coding) => coding !== '' && coding !== 'identity')) {
    return unsupported('a body with a Content-Encoding is not taken; send it as it is');
  }
  const types = contentTypesOf(event.headers['content-type'] ?? '');
  if (types.some(({ mediaType }) => mediaType.startsWith('multipart/'))) {
    return unsupported('a body of several parts is not taken; send its text alone');
  }
  if (types.flatMap(({ charsets }) => charsets).some((charset) => !utf8Charsets.has(charset))) {
    return unsupported('the charset of the Content-Type is not UTF-8; encode the text as UTF-8');
  }
  if (new Set(types.map(({ mediaType }) => ndjsonMediaTypes.has(mediaType))).size > 1) {
    return unsupported('the header Content-Type comes more than once, and not each time as NDJSON');
  }
  return isReplaced(event) ? problemResponse(ProblemCode.invalidUtf8, 'the body is not UTF-8') : undefined;
}

/**
 * Whether bytes that are no UTF-8 have become U+FFFD before the function got the body as text. A body that was sent
 * with U+FFFD has the length that its request names; where the request names none, and for some sequences of UTF-8 that
 * were cut off, that is not detectable.
 */
function isReplaced({ body = '', isBase64Encoded, headers }: FunctionUrlEvent): boolean {
  const length = headers['content-length'];
  if (isBase64Encoded || length === undefined || !body.includes('\ufffd')) return false;
  return Number(length) !== Buffer.byteLength(body);
}

/** The problem of a body where the route takes none: what it asks for would be passed over. */
export function unexpectedBody(event: FunctionUrlEvent): HttpResponse | undefined {
  if ((event.body ?? '') === '') return undefined;
  return problemResponse(ProblemCode.invalidRequest, 'this path and method take no body');
}

function unsupported(detail: string): HttpResponse {
  return problemResponse(ProblemCode.unsupportedMediaType, detail);
}

/** One value of a `Content-Type` header. `charsets`: in lower case; more than one where the parameter is repeated. */
type ContentType = { mediaType: string; charsets: string[] };

/**
 * The values of a `Content-Type` header: where a request has it twice, both come in one text, with a comma between.
 * A text that is no media type stays as it is. Source: https://www.rfc-editor.org/rfc/rfc9110#section-8.3
 */
function contentTypesOf(header: string): ContentType[] {
  return piecesOf(header, ',').map((value) => {
    const [mediaType = '', ...parameters] = piecesOf(value, ';');
    return {
      mediaType: mediaType.toLowerCase(),
      charsets: parameters.flatMap((parameter) => charsetOf(parameter) ?? []),
    };
  });
}

/** Cuts at each `separator` that is not inside a quoted text. */
function piecesOf(text: string, separator: ',' | ';'): string[] {
  const pieces = [''];
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (part === separator) pieces.push('');
    else pieces[pieces.length - 1] += part;
  }
  return pieces.map((piece) => piece.trim());
}

function charsetOf(parameter: string): string | undefined {
  const [, value] = /^charset\s*=\s*(.*)$/i.exec(parameter) ?? [];
  return value
    ?.replace(/^"(.*)"$/, '$1')
    .replaceAll(/\\(.)/g, '$1')
    .toLowerCase();
}
