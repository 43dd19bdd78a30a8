import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceEndpoints } from '../../local/functions/function-environment.ts';
import type { Service } from '../../local/services.ts';

/** What an AWS service answers; `__type` in the body names an error. */
export type AwsAnswer = { status?: number; body: object };

export type AwsEndpoint = Service & {
  url: string;
  /** The address as that of every service. */
  endpoints: ServiceEndpoints;
  /** The operations that were asked for, `DynamoDB_20120810.Query`, in order. */
  operations: string[];
};

/** An address where AWS services are that speak JSON: each operation is answered as `answer` says. */
export async function startAwsEndpoint(
  answer: (operation: string, input: Record<string, unknown>) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AwsEndpoint> {
  const operations: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const operation = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
    operations.push(operation);
    const input = body.startsWith('{') ? JSON.parse(body) : {};
    const { status = 200, body: answered } = await answer(operation, input);
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(answered));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    endpoints: { dynamoDb: url, sqs: url, eventBridge: url, secretsManager: url },
    operations,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
