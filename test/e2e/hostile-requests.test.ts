import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request as startRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentClient } from '../../lambda/aws/dynamodb.ts';
import { DynamoDbConnectionTable } from '../../lambda/aws/dynamodb-connection-table.ts';
import { localCredentials } from '../../local/local-credentials.ts';
import { type Services, startServices } from '../../local/services.ts';
import { startTables } from '../../local/table/tables.ts';
import { only } from '../../local/template/only.ts';
import { systemClock } from '../../protocol/clock.ts';
import { startAwsEndpoint } from '../support/aws-endpoint.ts';
import { type Answer, mismatches, operationOf } from '../support/openapi-document.ts';
import * as fc from '../support/properties.ts';
import { type PushFunction, plan, startPushFunction } from '../support/push-function.ts';
import { content, type HostileRequest, hostileRequest } from './hostile-request.ts';

/**
 * The push function behind its URL with a real table, without the rest of the stack: thousands of requests ask for
 * broadcasts, and their workers, which these requests don't reach, would take all the time. What is queued or posted is
 * taken and forgotten.
 */
async function startPush(services: Services): Promise<{ push: PushFunction; agent: Agent }> {
  const { tables } = await plan();
  const connectionTable = only(
    tables.filter(({ name }) => name.includes('Connections')),
    'table of connections',
  );
  const { endpoint } = await services.add(startTables(tables, { clock: systemClock, onLog: () => {} }));
  const aws = await services.add(startAwsEndpoint((_, input) => ({ body: queued(input) })));
  const dynamoDb = documentClient({
    endpoint,
    caller: { ...localCredentials, region: 'local' },
  });
  services.addStarted({ stop: async () => dynamoDb.destroy() });
  const table = new DynamoDbConnectionTable(dynamoDb, connectionTable.name);
  for (const [uid, connectionId] of [
    ['u1', 'a='],
    ['u1', 'b='],
    ['1', 'c='],
  ] as const) {
    await table.addConnection(uid, {
      connectionId,
      isFramed: false,
      registeredAt: 0,
      expiresAt: Date.now() / 1_000 + 3_600,
    });
  }
  const push = await services.add(
    startPushFunction(
      { ...aws.endpoints, dynamoDb: endpoint },
      {
        CONNECTIONS_URL: aws.url,
        BROADCAST_QUEUE_URL: `${aws.url}/000000000000/tasks.fifo`,
      },
    ),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  services.addStarted({ stop: async () => agent.destroy() });
  return { push, agent };
}

/** Requests that somebody once thought of, or that a search has found. */
function corpus(): HostileRequest[] {
  const file = new URL('../hostile/corpus/requests.json', import.meta.url);
  const requests = JSON.parse(readFileSync(file, 'utf8')) as (Omit<HostileRequest, 'body'> & {
    body: string;
  })[];
  return requests.map((request) => ({ ...request, body: Buffer.from(request.body) }));
}

/** SQS's answer to a batch. The SDK compares the digests. */
function queued({ Entries = [] }: { Entries?: { Id: string; MessageBody: string }[] }): object {
  const Successful = Entries.map(({ Id, MessageBody }) => ({
    Id,
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  }));
  return { Successful };
}

let running: Awaited<ReturnType<typeof startPush>> & { stop(): Promise<void> };
beforeAll(async () => {
  running = await startServices(startPush);
});
afterAll(() => running.stop());

/** By `node:http`, since `fetch` puts paths in order. */
async function send({ method, target, headers, body }: HostileRequest): Promise<Answer> {
  const { hostname, port } = new URL(running.push.url);
  const request = startRequest({
    host: hostname,
    port,
    agent: running.agent,
    method,
    path: target,
    headers: { ...headers, 'content-length': body.length },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers as Record<string, string>,
    body: Buffer.concat(await response.toArray()).toString(),
  };
}

/** An answer names the uid that was asked for or pushed to, whatever it is: that is no repetition of content. */
function withoutUids(body: string): string {
  return body.replaceAll(/"uid":"(?:[^"\\]|\\.)*"/g, '"uid":…');
}

/** The gate's are always the same. To find others is the search's work. */
const requests = fc.isSearch ? 10_000 : 2_500;

test(`${requests} hostile requests are answered as the OpenAPI document says, and nothing that was sent is repeated`, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(hostileRequest, async (request) => {
      const answer = await send(request);
      const [path = ''] = request.target.split('?', 1);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);

      expect(mismatches(operationOf(request.method, path), request.method, answer)).toEqual([]);
      // Nothing is out of order here, so a fault would be the request's doing.
      expect(answer.status).toBeLessThan(500);
      const body = withoutUids(answer.body);
      expect(JSON.stringify({ ...answer, body })).not.toContain(content);
      expect(body).not.toMatch(/\n\s+at |node:|\.m?js\b/);
    }),
    {
      numRuns: requests,
      examples: corpus().map((request) => [request]),
    },
  );

  // The requests are not so hostile that they reach nothing. Two with one key, and different messages, are chance.
  const reached = [...statuses.keys()].filter((status) => status !== 422).sort();
  expect(reached).toEqual([200, 202, 400, 404, 405, 413, 415]);
  expect(running.push.log).toEqual([]);
});
