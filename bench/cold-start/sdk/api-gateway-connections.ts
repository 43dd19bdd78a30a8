import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { ApiGatewayConnectionsOptions } from '../../../lambda/aws/api-gateway-connections.ts';
import type { CloseOutcome, Connections, PostOutcome } from '../../../lambda/connection/connections.ts';
import { errorName, logError } from '../../../lambda/log.ts';
import { encodeUtf8 } from '../../../protocol/utf8.ts';

const tooManyRequests = 429;

/**
 * `lambda/aws/api-gateway-connections.ts` on the AWS SDK. The client does not retry by itself, since after a timeout or a 5xx a
 * message may have arrived.
 */
export class ApiGatewayConnections implements Pick<Connections, 'post' | 'close'> {
  readonly #client: ApiGatewayManagementApiClient;
  readonly #timeoutMs: number;

  constructor({ url, maxSockets, timeoutMs }: ApiGatewayConnectionsOptions) {
    this.#client = new ApiGatewayManagementApiClient({
      endpoint: url,
      maxAttempts: 1,
      requestHandler: { httpsAgent: { maxSockets } },
    });
    this.#timeoutMs = timeoutMs;
  }

  async post(connectionId: string, text: string): Promise<PostOutcome> {
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: encodeUtf8(text) });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(this.#timeoutMs) });
      return 'delivered';
    } catch (error) {
      return refused(error, 'post-failed', connectionId);
    }
  }

  async close(connectionId: string): Promise<CloseOutcome> {
    const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(this.#timeoutMs) });
      return 'closed';
    } catch (error) {
      return refused(error, 'close-failed', connectionId);
    }
  }
}

function refused(error: unknown, event: string, connectionId: string): 'gone' | 'throttled' | 'failed' {
  if (error instanceof GoneException) return 'gone';
  if (isThrottle(error)) return 'throttled';
  logError(event, { connectionId, error: errorName(error) });
  return 'failed';
}

/**
 * 429 has two causes, the account's throttle and a reader too slow for the socket's buffer; only the latter's exception is modelled.
 * Source: https://docs.aws.amazon.com/apigatewaymanagementapi/latest/reference/API_connections_connectionId_Post.html
 */
function isThrottle(error: unknown): boolean {
  if (error instanceof LimitExceededException) return true;
  return (
    error instanceof ApiGatewayManagementApiServiceException &&
    error.$metadata.httpStatusCode === tooManyRequests
  );
}
