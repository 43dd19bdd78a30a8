import { randomUUID } from 'node:crypto';
import { CORRELATION_HEADER } from '../../protocol/correlation-id.ts';
import { withNamesInQuery } from './address.ts';
import { createAuthorisation, serviceOf } from './authorisation.ts';
import type { ClientOptions } from './client-options.ts';
import { errorAnswer } from './error-answer.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { BodyTooLongError, readBody } from './read-body.ts';
import { never, type RetryRule, repeatable, retryDelayMs } from './retry.ts';
import { httpDate } from './retry-after.ts';
import { safeCause } from './safe-cause.ts';
import { createServiceClock } from './service-clock.ts';
import type { PlainRequest } from './signature.ts';
import { createTurns, timeLimit } from './turns.ts';

type RequestParts = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to the push URL, without a `/` at its start; percent-encoded. */
  path: string;
  body?: { contentType: string; bytes: Uint8Array<ArrayBuffer> };
  headers?: Record<string, string>;
  /** All attempts have it. @default a new one */
  correlationId?: string;
  /** @default none for a POST, and for others what `repeatable` says */
  retry?: RetryRule;
  /** A longer answer is an error and is not read to its end. */
  maxAnswerBytes: number;
};

/**
 * The most that a Lambda function can answer.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const maxAnswerBytes = 6_291_456;

/** How far an attempt is, for what is said when its time is over. */
type Progress = { stage: 'waiting' | 'authorising' | 'sending' };

type AttemptConditions = { signal: AbortSignal; maxAnswerBytes: number; progress: Progress };

/** Makes one request to the push URL and returns the bytes of its answer; everything else is a `PushError`. */
export type SendRequest = (parts: RequestParts) => Promise<Uint8Array>;

/**
 * A POST is not repeated unless `retry` says so: once it may have left, a second one may push a second time. A GET, PUT
 * or DELETE can be done twice with the same outcome.
 */
export function createSendRequest(options: ClientOptions): SendRequest {
  const { url: baseUrl, timeoutMs, maxConcurrentRequests, random, sleep } = options;
  const clock = createServiceClock(options.now);
  const authorisation = createAuthorisation(options, clock);
  const takeTurn = createTurns(maxConcurrentRequests);
  const pathFor = serviceOf(options) === 'execute-api' ? withNamesInQuery : (path: string) => path;

  return async ({ method, path, body, headers, correlationId = randomUUID(), retry, maxAnswerBytes }) => {
    const request: PlainRequest = {
      url: new URL(pathFor(path), baseUrl),
      method,
      headers: {
        ...headers,
        [CORRELATION_HEADER]: correlationId,
        ...(body && { 'content-type': body.contentType }),
      },
      ...(body && { body: body.bytes }),
    };
    const rule = retry ?? (method === 'POST' ? never : repeatable);
    for (let retries = 0; ; retries++) {
      try {
        return await attempt(request, maxAnswerBytes);
      } catch (error) {
        if (retries < rule.maxRetries && rule.mayPass(error)) {
          await sleep(retryDelayMs(retries, error, random));
          continue;
        }
        if (error instanceof PushError) error.correlationId = correlationId;
        throw error;
      }
    }
  };

  /** The wait for its turn is part of its time. */
  async function attempt(request: PlainRequest, maxAnswerBytes: number): Promise<Uint8Array> {
    const progress: Progress = { stage: 'waiting' };
    const { signal, clear } = timeLimit(timeoutMs);
    try {
      return await takeTurn(signal, () => exchange(request, { signal, maxAnswerBytes, progress }));
    } catch (error) {
      throw error === signal.reason ? timeoutError(progress.stage, timeoutMs, error) : error;
    } finally {
      clear();
    }
  }

  /** Sends the request; a second time where this machine's clock was wrong, by the service's. */
  async function exchange(request: PlainRequest, conditions: AttemptConditions): Promise<Uint8Array> {
    const first = await authoriseAndSend(request, conditions);
    if ('answer' in first) return first.answer;
    if (!isRefusedByAws(first.error)) throw first.error;
    if (authorisation.kind === 'none') throw unsignedError(first.error);
    const isClockWrong = authorisation.kind === 'signature' && clock.correct(first.authorisedAt, first.date);
    // Nothing was done: a signature of another time is refused before.
    const last = isClockWrong ? await authoriseAndSend(request, conditions) : first;
    if ('answer' in last) return last.answer;
    throw last.error;
  }

  async function authoriseAndSend(
    request: PlainRequest,
    { signal, maxAnswerBytes, progress }: AttemptConditions,
  ): Promise<{ answer: Uint8Array } | Refused> {
    progress.stage = 'authorising';
    const authorisedAt = clock.now();
    const authorised = await authorisation.authorise(request);
    progress.stage = 'sending';
    const { url, ...init } = authorised;
    let response: Response | undefined;
    try {
      // A redirect is answered to the caller, not followed: the signature holds for this host alone.
      response = await options.fetch(url, { ...init, signal, redirect: 'manual' });
      if (response.status === 200 || response.status === 202) {
        return { answer: await readBody(response, maxAnswerBytes) };
      }
      const date = httpDate(response.headers.get('date'));
      return { error: await errorAnswer(response, clock.now()), authorisedAt, date };
    } catch (error) {
      if (error instanceof BodyTooLongError) {
        throw new PushError(PushErrorCode.unexpectedAnswer, error.message);
      }
      const what = response
        ? "The push URL's answer broke off: the request may have been done."
        : 'The push URL cannot be reached.';
      throw new PushError(PushErrorCode.unreachable, what, { cause: safeCause(error, authorised) });
    }
  }
}

function timeoutError(stage: Progress['stage'], timeoutMs: number, cause: unknown): PushError {
  switch (stage) {
    case 'waiting': {
      const message = `Other requests took the ${timeoutMs} ms of this one: it was not sent.`;
      return new PushError(PushErrorCode.timedOut, message, { cause });
    }
    case 'authorising': {
      const message = `The credentials or the secret did not come within ${timeoutMs} ms.`;
      return new PushError(PushErrorCode.noCredentials, message, { cause });
    }
    case 'sending':
      return new PushError(PushErrorCode.timedOut, `No answer within ${timeoutMs} ms.`, { cause });
  }
}

/** When it was authorised by this client's clock, and refused by the service's, in milliseconds since the epoch. */
type Refused = { error: PushError; authorisedAt: number; date: number | undefined };

function isRefusedByAws({ code, status }: PushError): boolean {
  return code === PushErrorCode.unexpectedStatus && status === 403;
}

/** A function URL may be behind any name, which then doesn't say that it is one. */
function unsignedError({ code, message, status, detail }: PushError): PushError {
  return new PushError(code, `${message} The request was not signed: that needs the option "region".`, {
    ...(status !== undefined && { status }),
    ...(detail !== undefined && { detail }),
  });
}
