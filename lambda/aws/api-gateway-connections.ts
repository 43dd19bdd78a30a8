import type { CloseOutcome, Connections, PostOutcome, ProbeOutcome } from '../connection/connections.ts';
import { errorName, logDebug, logError } from '../log.ts';
import { type Caller, callerFromEnvironment } from './caller.ts';
import { errorCodeOf } from './error-code.ts';
import { type Answer, SignedRequests } from './signed-requests.ts';

/** Only errors are answered with more than nothing. */
const maxAnswerBytes = 64 * 1_024;

export type ApiGatewayConnectionsOptions = {
  /** Where `@connections` is: `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  url: string;
  /** Requests that may be under way at the same time. */
  maxSockets: number;
  /** A request takes milliseconds; one that takes this long has failed. */
  timeoutMs: number;
  /** @default the function's own */
  caller?: Caller;
};

/**
 * The connections that API Gateway holds, by its `@connections` API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 *
 * Each request is made once: after a timeout, a 5xx or a broken connection a message may have arrived, also where the socket was an old
 * one that the service was just closing, for it may have read the request before.
 */
export class ApiGatewayConnections implements Connections {
  readonly #requests: SignedRequests;
  readonly #path: string;
  readonly #timeoutMs: number;

  constructor({
    url,
    maxSockets,
    timeoutMs,
    caller = callerFromEnvironment(),
  }: ApiGatewayConnectionsOptions) {
    const endpoint = new URL(url);
    this.#requests = new SignedRequests({
      endpoint,
      service: 'execute-api',
      caller,
      maxSockets,
      maxAnswerBytes,
    });
    this.#path = `${endpoint.pathname.replace(/\/$/, '')}/@connections/`;
    this.#timeoutMs = timeoutMs;
  }

  post(connectionId: string, text: string): Promise<PostOutcome> {
    return outcomeOf('post', connectionId, 'delivered', () =>
      this.#requests.send(
        {
          method: 'POST',
          path: this.#path + encodeURIComponent(connectionId),
          headers: { 'content-type': 'application/octet-stream' },
          body: text,
        },
        this.#timeoutMs,
      ),
    );
  }

  close(connectionId: string): Promise<CloseOutcome> {
    return outcomeOf('close', connectionId, 'closed', () =>
      this.#requests.send(
        { method: 'DELETE', path: this.#path + encodeURIComponent(connectionId) },
        this.#timeoutMs,
      ),
    );
  }

  probe(connectionId: string): Promise<ProbeOutcome> {
    return outcomeOf('probe', connectionId, 'open', () =>
      this.#requests.send(
        { method: 'GET', path: this.#path + encodeURIComponent(connectionId) },
        this.#timeoutMs,
      ),
    );
  }
}

/**
 * By the answer's status. 429 has two causes, the account's throttle and a reader too slow for the socket's buffer.
 * Source: https://docs.aws.amazon.com/apigatewaymanagementapi/latest/reference/API_connections_connectionId_Post.html
 */
async function outcomeOf<Done extends string>(
  action: 'post' | 'close' | 'probe',
  connectionId: string,
  done: Done,
  send: () => Promise<Answer>,
): Promise<Done | 'gone' | 'throttled' | 'failed'> {
  try {
    const answer = await send();
    const { status } = answer;
    logDebug(action, { connectionId, status });
    if (status === 200 || status === 204) return done;
    if (status === 410) return 'gone';
    if (status === 429) return 'throttled';
    logError(`${action}-failed`, { connectionId, status, error: errorCodeOf(answer) });
  } catch (error) {
    logError(`${action}-failed`, { connectionId, error: errorName(error) });
  }
  return 'failed';
}
