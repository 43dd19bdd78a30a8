import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import type { CloseOutcome, Connections, PostOutcome, ProbeOutcome } from '../connection/connections.ts';
import { errorName, logDebug, logError, statusOf } from '../log.ts';
import { type Caller, postSettings, withFastSettings } from './client-settings.ts';

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
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export class ApiGatewayConnections implements Connections {
  readonly #client: ApiGatewayManagementApiClient;

  constructor({ url: endpoint, ...options }: ApiGatewayConnectionsOptions) {
    const settings = postSettings({ endpoint, ...options });
    this.#client = withFastSettings(new ApiGatewayManagementApiClient(settings));
  }

  post(connectionId: string, text: string): Promise<PostOutcome> {
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: encodeUtf8(text) });
    return outcomeOf('post', connectionId, 'delivered', this.#client.send(command));
  }

  close(connectionId: string): Promise<CloseOutcome> {
    const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
    return outcomeOf('close', connectionId, 'closed', this.#client.send(command));
  }

  probe(connectionId: string): Promise<ProbeOutcome> {
    const command = new GetConnectionCommand({ ConnectionId: connectionId });
    return outcomeOf('probe', connectionId, 'open', this.#client.send(command));
  }
}

/**
 * By the class of the error, or by the status, since AWS has more errors than its API declares. A request without a
 * body can be bad, 400, only for its id, which is that of no connection: it came from a caller. 429 has two causes, the
 * account's throttle and a reader too slow for the socket's buffer; only the latter's exception is declared.
 * Sources: https://docs.aws.amazon.com/apigatewaymanagementapi/latest/reference/API_connections_connectionId_Post.html,
 * https://github.com/localstack/localstack/issues/4694 (400)
 */
async function outcomeOf<Done extends string>(
  action: 'post' | 'close' | 'probe',
  connectionId: string,
  done: Done,
  sent: Promise<{ $metadata: { httpStatusCode?: number | undefined } }>,
): Promise<Done | 'gone' | 'throttled' | 'failed'> {
  try {
    const { httpStatusCode: status = 0 } = (await sent).$metadata;
    logDebug(action, { connectionId, status });
    return done;
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined) logDebug(action, { connectionId, status });
    if (error instanceof GoneException || status === 410 || (status === 400 && action !== 'post'))
      return 'gone';
    if (error instanceof LimitExceededException || status === 429) return 'throttled';
    logError(`${action}-failed`, {
      connectionId,
      ...(status !== undefined && { status }),
      error: errorName(error),
    });
    return 'failed';
  }
}
