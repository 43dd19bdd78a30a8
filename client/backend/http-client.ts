import { randomUUID } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { CORRELATION_HEADER } from '../../protocol/correlation-id.ts';
import { withNamesInQuery } from './address.ts';
import { type Authorisation, authorisationOf, authorise, serviceOf } from './authorisation.ts';
import type { ClientOptions } from './client-options.ts';
import { errorAnswer } from './error-answer.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { BodyTooLongError, readBody } from './read-body.ts';
import { isRepeated, never, type RetryRule, repeatable, retryDelayMs } from './retry.ts';
import { httpDate } from './retry-after.ts';
import { safeCause } from './safe-cause.ts';
import { ServiceClock } from './service-clock.ts';
import type { PlainRequest } from './signature.ts';

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
  /** A longer answer is an error and is not read to its end. @default the most that a Lambda function can answer */
  maxAnswerBytes?: number;
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxLambdaAnswerBytes = 6_291_456;

/** One attempt at a request, and how far it is, for what is said when its time is over. */
type Attempt = {
  request: PlainRequest;
  maxAnswerBytes: number;
  signal: AbortSignal;
  stage: 'waiting' | 'authorising' | 'sending';
};

/** What an attempt was answered: a result, or an error status. */
type Answered = { answer: Uint8Array } | Refused;

/** When it was authorised by this client's clock, and refused by the service's, in milliseconds since 1970. */
type Refused = { error: PushError; authorisedAt: number; date: number | undefined };

/** Makes requests to the push URL: each in its time and turn, authorised, and repeated where it may be. */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #authorisation: Authorisation;
  readonly #clock: ServiceClock;
  /** Runs what it is handed when fewer requests than the limit are running. */
  readonly #inTurn: LimitFunction;

  /** @throws {TypeError} for credentials that would not be used */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#authorisation = authorisationOf(options);
    this.#clock = new ServiceClock(options.now);
    this.#inTurn = pLimit(options.maxConcurrentRequests);
  }

  /**
   * Resolves to the bytes of the answer. A POST is not repeated unless `retry` says so: once it may have left, a second
   * one may push a second time. A GET, PUT or DELETE can be done twice with the same outcome.
   *
   * @throws {PushError} when there is no such answer
   */
  async request(parts: RequestParts): Promise<Uint8Array> {
    const { method, path, body, headers, correlationId = randomUUID() } = parts;
    const { retry = method === 'POST' ? never : repeatable, maxAnswerBytes = maxLambdaAnswerBytes } = parts;
    const { url, random, sleep } = this.#options;
    const request: PlainRequest = {
      url: new URL(serviceOf(this.#options) === 'execute-api' ? withNamesInQuery(path) : path, url),
      method,
      headers: {
        ...headers,
        [CORRELATION_HEADER]: correlationId,
        ...(body && { 'content-type': body.contentType }),
      },
      ...(body && { body: body.bytes }),
    };
    for (let retries = 0; ; retries++) {
      try {
        return await this.#attempt(request, maxAnswerBytes);
      } catch (error) {
        if (!isRepeated(retry, retries, error)) {
          if (error instanceof PushError) error.correlationId = correlationId;
          throw error;
        }
        await sleep(retryDelayMs(retries, error, random));
      }
    }
  }

  /** The wait for its turn is part of its time. */
  async #attempt(request: PlainRequest, maxAnswerBytes: number): Promise<Uint8Array> {
    const { timeoutMs } = this.#options;
    const timeOver = new AbortController();
    const { signal } = timeOver;
    const abort = () => timeOver.abort(new DOMException('The time is over.', 'TimeoutError'));
    const timer = setTimeout(abort, timeoutMs);
    const attempt: Attempt = { request, maxAnswerBytes, signal, stage: 'waiting' };
    try {
      const exchanged = this.#inTurn(async () => {
        signal.throwIfAborted();
        // So that an exchange that doesn't end leaves its turn to the next.
        return untilAborted(signal, this.#exchange(attempt));
      });
      // Its turn may be later than its end.
      return await untilAborted(signal, exchanged);
    } catch (error) {
      throw error === signal.reason ? timeoutError(attempt.stage, timeoutMs, error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends the request; a second time where this machine's clock was wrong, by the service's. */
  async #exchange(attempt: Attempt): Promise<Uint8Array> {
    const first = await this.#authoriseAndSend(attempt);
    if ('answer' in first) return first.answer;
    if (!isRefusedByAws(first.error)) throw first.error;
    const { kind } = this.#authorisation;
    if (kind === 'none') throw unsignedError(first.error);
    const isClockWrong = kind === 'signature' && this.#clock.correct(first.authorisedAt, first.date);
    // Nothing was done: a signature of another time is refused before.
    const last = isClockWrong ? await this.#authoriseAndSend(attempt) : first;
    if ('answer' in last) return last.answer;
    throw last.error;
  }

  async #authoriseAndSend(attempt: Attempt): Promise<Answered> {
    attempt.stage = 'authorising';
    const authorisedAt = this.#clock.now();
    const authorised = await authorise(attempt.request, this.#authorisation, this.#clock);
    attempt.stage = 'sending';
    const { url, ...init } = authorised;
    // The global one as it is now: tests and instrumentation replace it after the client was made.
    const { fetch = globalThis.fetch } = this.#options;
    let response: Response | undefined;
    try {
      // A redirect is answered to the caller, not followed: the signature holds for this host alone.
      response = await fetch(url, { ...init, signal: attempt.signal, redirect: 'manual' });
      if (response.status === 200 || response.status === 202) {
        return { answer: await readBody(response, attempt.maxAnswerBytes) };
      }
      const date = httpDate(response.headers.get('date'));
      return { error: await errorAnswer(response, this.#clock.now()), authorisedAt, date };
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

/** Rejects with the signal's reason as soon as that is aborted. The work may go on then, and nobody waits for it. */
async function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function timeoutError(stage: Attempt['stage'], timeoutMs: number, cause: unknown): PushError {
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
