import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../protocol/clock.ts';
import type { FunctionOutcome, Invoke } from '../functions/function-outcome.ts';
import { InvokeError, MAX_EVENT_BYTES } from '../functions/invoke-error.ts';
import { readBody } from '../read-body.ts';
import type { FunctionUrlAuthType } from '../template/function-url-plan.ts';
import { functionUrlAnswer } from './answer.ts';
import { accessKeyOf, authorizerOf } from './caller.ts';
import { functionUrlEvent, type HttpRequest } from './event.ts';
import type { FunctionUrlFault, FunctionUrlFaults } from './function-url-faults.ts';

export type FunctionUrlOptions = {
  /** Its address on AWS: `https://<id>.lambda-url.<region>.on.aws/`. */
  url: string;
  authType: FunctionUrlAuthType;
  /**
   * Whether a request without a signature counts as signed by this machine's user.
   *
   * @default false: with `AWS_IAM`, it is refused
   */
  acceptsUnsigned?: boolean;
  /** Whether the function gets paths decoded, as from an HTTP API. @default false */
  decodesPath?: boolean;
  invoke: Invoke;
  clock: Clock;
  /** @default none */
  faults?: FunctionUrlFaults;
};

/** Handles one HTTP request. Never rejects. */
export type HandleRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * A Lambda function URL, or an HTTP API with one route: every path and method is the function's. With `AWS_IAM`, a
 * request must be signed; the signature itself isn't looked at. Sources:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and urls-auth.html
 */
export function functionUrl({
  url,
  authType,
  acceptsUnsigned = false,
  decodesPath = false,
  invoke,
  clock,
  faults = {},
}: FunctionUrlOptions): HandleRequest {
  const [urlId = ''] = new URL(url).hostname.split('.', 1);
  return async (request, response) => {
    const body = await readBody(request, MAX_EVENT_BYTES);
    if (body === 'aborted') return;
    const requestId = randomUUID();
    const invokeWith = (body: Buffer): FunctionOutcome | Promise<FunctionOutcome> => {
      const received: HttpRequest = {
        method: request.method ?? '',
        target: request.url ?? '',
        rawHeaders: request.rawHeaders,
        httpVersion: request.httpVersion,
        sourceIp: request.socket.remoteAddress ?? '',
        body,
      };
      const invocation = { urlId, requestId, now: clock.now(), decodesPath };
      if (authType === 'NONE') return invoke(functionUrlEvent(received, invocation));
      const accessKey = accessKeyOf(received);
      if (accessKey === undefined && !acceptsUnsigned) return forbidden;
      return invoke(functionUrlEvent(received, { ...invocation, authorizer: authorizerOf(accessKey) }));
    };
    const outcome = body === 'too long' ? tooLong : (faultOf(faults.request?.()) ?? (await invokeWith(body)));
    const answer = functionUrlAnswer(outcome);
    response.writeHead(answer.statusCode, { 'x-amzn-requestid': requestId, ...answer.headers });
    response.end(answer.body);
  };
}

const forbidden: FunctionOutcome = {
  errorType: InvokeError.accessDenied,
  errorMessage: 'The request is not signed.',
};

const tooLong: FunctionOutcome = {
  errorType: InvokeError.requestTooLarge,
  errorMessage: 'The body is too long.',
};

function faultOf(status: FunctionUrlFault | undefined): FunctionOutcome | undefined {
  if (status === undefined) return undefined;
  const errorType = status === 429 ? InvokeError.tooManyRequests : InvokeError.exited;
  return { errorType, errorMessage: 'A fault that was ordered.' };
}
