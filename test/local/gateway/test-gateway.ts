import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { FunctionOutcome, Invoke } from '../../../local/functions/function-outcome.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/gateway/gateway.ts';
import type { RouteTarget } from '../../../local/gateway/routes.ts';
import { Queue } from '../../support/queue.ts';
import { QueueingClient } from '../../support/queueing-client.ts';

const stage = 'live';

/** A gateway for one test: any free port, and only the routes that the test names. */
export async function startTestGateway(
  routes: Record<string, RouteTarget> = {},
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    apiId: 'abcd1234',
    stage,
    routeSelectionExpression: '$request.body.action',
    routes: new Map(Object.entries(routes)),
    ...options,
  });
  onTestFinished(() => gateway.stop());
  return gateway;
}

/** A client that is connected, and the name that the gateway gave it. */
export async function connectTo(gateway: Gateway): Promise<{ client: QueueingClient; connectionId: string }> {
  const known = new Set(gateway.connectionIds());
  const client = await QueueingClient.connect(`${gateway.url}/${stage}`);
  const connectionId = gateway.connectionIds().find((id) => !known.has(id))!;
  return { client, connectionId };
}

/** A function that keeps the events it is invoked with. */
export type RecordingFunction<Event> = { invoke: Invoke; events: Queue<Event> };

export function recordingFunction<Event>(
  outcome: FunctionOutcome = { payload: { statusCode: 200 } },
): RecordingFunction<Event> {
  const events = new Queue<Event>();
  const invoke: Invoke = async (event) => {
    events.push(event as Event);
    return outcome;
  };
  return { invoke, events };
}

/** A function that answers, with 200, when the test says so. */
export function waitingFunction(): { invoke: Invoke; called(): Promise<void>; answer(): void } {
  const calls = new Queue<void>();
  const answers = new Queue<void>();
  const invoke: Invoke = async () => {
    calls.push();
    await answers.next();
    return { payload: { statusCode: 200 } };
  };
  return { invoke, called: () => calls.next(), answer: () => answers.push() };
}

export const answering =
  (payload: unknown): Invoke =>
  async () => ({ payload });

export const failing: Invoke = async () => ({ errorType: 'Error', errorMessage: 'out of order' });

/** Resolves to the response to a client whose upgrade is refused. */
export async function refusedUpgrade(
  url: string,
  options: ClientOptions = {},
): Promise<{ status: number | undefined; body: string }> {
  const socket = new WebSocket(url, options);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

/** `@connections` as a backend calls it: through the SDK, signed, each call tried once. */
export function managementClient(gateway: Gateway, stageName = stage) {
  const client = new ApiGatewayManagementApiClient({
    endpoint: `${gateway.managementUrl}/${stageName}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return {
    post: (ConnectionId: string, Data: string | Uint8Array, abortSignal?: AbortSignal) =>
      client.send(new PostToConnectionCommand({ ConnectionId, Data }), abortSignal ? { abortSignal } : {}),
    get: (ConnectionId: string) => client.send(new GetConnectionCommand({ ConnectionId })),
    delete: (ConnectionId: string) => client.send(new DeleteConnectionCommand({ ConnectionId })),
  };
}
