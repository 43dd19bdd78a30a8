import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { FunctionOutcome, Invoke } from '../functions/function-outcome.ts';
import { InvokeError, MAX_EVENT_BYTES } from '../functions/invoke-error.ts';
import { readBody } from '../read-body.ts';
import { functionUrlAnswer } from './answer.ts';
import { functionUrlEvent } from './event.ts';
import type { FunctionUrlFault, FunctionUrlFaults } from './function-url-faults.ts';

export type FunctionUrlOptions = {
  /** Its address on AWS: `https://<id>.lambda-url.<region>.on.aws/`. */
  url: string;
  invoke: Invoke;
  clock: Clock;
  /** Default: none. */
  faults?: FunctionUrlFaults;
};

/** Answers one HTTP request. Never rejects. */
export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * A Lambda function URL: every path and method is the function's. Whether a request is signed isn't looked at.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function functionUrl({ url, invoke, clock, faults = {} }: FunctionUrlOptions): HandleRequest {
  const [urlId = ''] = new URL(url).hostname.split('.', 1);
  return async (request, response) => {
    const body = await readBody(request, MAX_EVENT_BYTES);
    if (body === 'aborted') return;
    const requestId = randomUUID();
    const invokeWith = (body: Buffer) =>
      invoke(
        functionUrlEvent(
          {
            method: request.method ?? '',
            target: request.url ?? '',
            rawHeaders: request.rawHeaders,
            httpVersion: request.httpVersion,
            sourceIp: request.socket.remoteAddress ?? '',
            body,
          },
          { urlId, requestId, now: clock.now() },
        ),
      );
    const outcome = body === 'too long' ? tooLong : (faultOf(faults.request?.()) ?? (await invokeWith(body)));
    const answer = functionUrlAnswer(outcome);
    response.writeHead(answer.statusCode, { 'x-amzn-requestid': requestId, ...answer.headers });
    response.end(answer.body);
  };
}

const tooLong: FunctionOutcome = {
  errorType: InvokeError.requestTooLarge,
  errorMessage: 'The body is too long.',
};

function faultOf(status: FunctionUrlFault | undefined): FunctionOutcome | undefined {
  if (status === undefined) return undefined;
  const errorType = status === 429 ? InvokeError.tooManyRequests : InvokeError.exited;
  return { errorType, errorMessage: 'A fault that was ordered.' };
}
