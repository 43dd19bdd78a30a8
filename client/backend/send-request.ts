import { randomUUID } from 'node:crypto';
import { CORRELATION_HEADER } from '../../protocol/correlation-id.ts';
import { withNamesInQuery } from './address.ts';
import { createAuthorisation, serviceOf } from './authorisation.ts';
import type { ClientOptions } from './client-options.ts';
import { createExchange, type Progress } from './exchange.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { never, type RetryRule, repeatable, retryDelayMs } from './retry.ts';
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

/** Makes one request to the push URL and returns the bytes of its answer; everything else is a `PushError`. */
export type SendRequest = (parts: RequestParts) => Promise<Uint8Array>;

/**
 * A POST is not repeated unless `retry` says so: once it may have left, a second one may push a second time. A GET, PUT
 * or DELETE can be done twice with the same outcome.
 */
export function createSendRequest(options: ClientOptions): SendRequest {
  const { url: baseUrl, timeoutMs, maxConcurrentRequests, random, sleep } = options;
  const clock = createServiceClock(options.now);
  const exchange = createExchange(options.fetch, createAuthorisation(options, clock), clock);
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
