import {
  type ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  GoneException,
  LimitExceededException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { errorName, logError } from '../log.ts';
import type { ConnectionPoster, PostOutcome } from './connection-poster.ts';

/** A post takes milliseconds; one that takes this long must not hold up the rest of the push. */
const postTimeoutMs = 3_000;

const tooManyRequests = 429;

export class ApiGatewayPoster implements ConnectionPoster {
  readonly #client: ApiGatewayManagementApiClient;

  /** `client` must not retry by itself (`maxAttempts: 1`): after a timeout or a 5xx the message may have arrived. */
  constructor(client: ApiGatewayManagementApiClient) {
    this.#client = client;
  }

  async post(connectionId: string, text: string): Promise<PostOutcome> {
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: encodeUtf8(text) });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(postTimeoutMs) });
      return 'delivered';
    } catch (error) {
      if (error instanceof GoneException) return 'gone';
      if (isThrottle(error)) return 'throttled';
      logError('post-failed', { connectionId, error: errorName(error) });
      return 'failed';
    }
  }
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
