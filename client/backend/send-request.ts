import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { CORRELATION_HEADER } from '../../protocol/correlation-id.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { parseJson, refusal } from './answers.ts';
import { type AuthorisationOptions, type Authorise, createAuthorise } from './authorisation.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { type RetryOptions, type RetryRule, repeatable, retried } from './retry.ts';
import type { PlainRequest } from './signature.ts';
import { DEFAULT_TIMEOUT_MS } from './timeout.ts';

export type PushClientOptions = AuthorisationOptions &
  RetryOptions & {
    /** The push URL, with or without a `/` at its end. */
    url: string;
    /** Milliseconds in which the answer of each attempt must be complete. Default: 30,000. */
    timeoutMs?: number;
    /** Default: the global `fetch`. */
    fetch?: typeof fetch;
  };

type RequestParts = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the push URL, without a `/` at its start; percent-encoded. */
  path: string;
  body?: { contentType: string; bytes: Uint8Array<ArrayBuffer> };
  headers?: Record<string, string>;
  /** Default: a new one. All attempts have it. */
  correlationId?: string;
  /** Default: none for a POST, and for others what `repeatable` says. */
  retry?: RetryRule;
  /** A longer answer is an error and is not read to its end. */
  maxAnswerBytes: number;
};

/** Makes one request to the push URL and gives the bytes of its answer; everything else is a `PushError`. */
export type SendRequest = (parts: RequestParts) => Promise<Uint8Array>;

/**
 * Throws a `TypeError` when the push URL is not an address.
 *
 * A POST is not repeated unless it says so: once it may have left, a second one may push a second time. What reads, and what closes
 * connections, can be done twice with the same outcome.
 */
export function createSendRequest(options: PushClientOptions): SendRequest {
  const { url, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const send = options.fetch ?? fetch;
  const baseUrl = toBaseUrl(url);
  const authorise = createAuthorise(options, baseUrl);

  return async ({ method, path, body, headers, correlationId = randomUUID(), retry, maxAnswerBytes }) => {
    const request: PlainRequest = {
      url: new URL(path, baseUrl),
      method,
      headers: {
        ...headers,
        [CORRELATION_HEADER]: correlationId,
        ...(body && { 'content-type': body.contentType }),
      },
      ...(body && { body: body.bytes }),
    };
    const attempt = () => attemptRequest(request, { send, authorise, timeoutMs, maxAnswerBytes });
    const rule = retry ?? (method === 'POST' ? undefined : repeatable);
    try {
      return await (rule ? retried(attempt, rule, options) : attempt());
    } catch (error) {
      if (error instanceof PushError) error.correlationId = correlationId;
      throw error;
    }
  };
}

function toBaseUrl(url: string): URL {
  const hasScheme = /^https?:\/\//.test(url);
  if (!hasScheme || !URL.canParse(url)) throw new TypeError('The push URL must be an http or https address.');
  return new URL(url.endsWith('/') ? url : `${url}/`);
}

type AttemptOptions = {
  send: typeof fetch;
  authorise: Authorise;
  timeoutMs: number;
  maxAnswerBytes: number;
};

async function attemptRequest(
  request: PlainRequest,
  { send, authorise, timeoutMs, maxAnswerBytes }: AttemptOptions,
): Promise<Uint8Array> {
  const { url, ...authorised } = await authorise(request);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // A redirect is answered to the caller, not followed: the signature holds for this host alone.
    const response = await send(url, { ...authorised, signal, redirect: 'manual' });
    if (response.status !== 200 && response.status !== 202) throw await errorAnswer(response);
    return await readBody(response, maxAnswerBytes);
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw signal.aborted
      ? new PushError(PushErrorCode.timedOut, `No answer within ${timeoutMs} ms.`, { cause: error })
      : new PushError(PushErrorCode.unreachable, 'The push URL cannot be reached.', { cause: error });
  }
}

const maxProblemBytes = 16_384;

/** The service tells its reasons as RFC 9457 has it; whatever else stands in its place has only a status. */
async function errorAnswer(response: Response): Promise<PushError> {
  const { status } = response;
  const isProblem = /^application\/problem\+json *(;|$)/i.test(response.headers.get('content-type') ?? '');
  if (isProblem) {
    const problem = parseJson(decodeUtf8(await readBody(response, maxProblemBytes)) ?? '');
    if (v.is(refusal, problem)) {
      const { code, detail } = problem;
      return new PushError(code, `The push URL answered ${status} ${code}.`, { status, detail });
    }
  }
  await response.body?.cancel();
  return new PushError(PushErrorCode.unexpectedStatus, `The push URL answered ${status}.`, { status });
}

/** Leaving the loop cancels the rest of the body. */
async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new PushError(PushErrorCode.unexpectedAnswer, `The answer has over ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
