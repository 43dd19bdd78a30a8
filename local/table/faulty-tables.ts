import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as startRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../protocol/clock.ts';
import type { OnMetric } from '../metrics/metric.ts';
import { tableThrottles } from '../metrics/table-throttles.ts';
import { readBody } from '../read-body.ts';
import type { Service } from '../services.ts';
import type { TableFault, TableFaults } from './table-faults.ts';

export type FaultyTables = Service & {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
};

/** DynamoDB takes 16 MB in one request at most. */
const maxRequestBytes = 16 * 1_024 * 1_024;

const host = '127.0.0.1';

/**
 * Stands before DynamoDB at `endpoint`, and hands requests on, but for those that are to fail.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export async function startFaultyTables(
  endpoint: string,
  faults: TableFaults,
  clock: Clock,
  onMetric: OnMetric = () => {},
): Promise<FaultyTables> {
  const agent = new Agent({ keepAlive: true });
  const pass = async (request: IncomingMessage, body: Buffer): Promise<IncomingMessage> => {
    const { method, url, headers } = request;
    const outgoing = startRequest(new URL(url ?? '/', endpoint), { method, headers, agent }).end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return answer;
  };
  const server = createServer(async (request, response) => {
    const body = await readBody(request, maxRequestBytes);
    if (!Buffer.isBuffer(body)) return void response.destroy();
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const fault = faults.request?.(operation);
    const refusal = refusalOf(fault);
    if (fault?.kind === 'throttle') tableThrottles(operation, body.toString()).forEach(onMetric);
    if (refusal) {
      response.writeHead(refusal.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${refusal.code}` }));
      return;
    }
    if (fault?.kind === 'delay') {
      await new Promise<void>((resolve) => void clock.after(fault.milliseconds, resolve));
    }
    // The tables are stopped after this, so no caller waits for a request that fails.
    const answer = await pass(request, body).catch(() => undefined);
    if (!answer || fault?.kind === 'lost-answer') {
      answer?.resume();
      response.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // As at the tables: clients close their own idle connections.
  server.keepAliveTimeout = 0;
  server.listen(0, host);
  await once(server, 'listening');
  return {
    endpoint: `http://${host}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

function refusalOf(fault: TableFault | undefined): { status: number; code: string } | undefined {
  if (fault?.kind === 'throttle') return { status: 400, code: 'ProvisionedThroughputExceededException' };
  if (fault?.kind === 'server-error') return { status: 500, code: 'InternalServerError' };
  return undefined;
}
