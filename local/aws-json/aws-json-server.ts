import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseJson } from '../../protocol/json-text.ts';
import { readBody } from '../read-body.ts';
import type { Service } from '../services.ts';
import { AwsJsonError } from './aws-json-error.ts';

/** Receives an operation's input as it came and resolves to its output; throws an `AwsJsonError`. */
type Operation = (input: unknown) => object | Promise<object>;

export type AwsJsonServerOptions = {
  /** The first part of the header `X-Amz-Target`: `AmazonSQS`. */
  target: string;
  /** The protocol's: `application/x-amz-json-<version>`. */
  version: '1.0' | '1.1';
  operations: Readonly<Record<string, Operation>>;
};

export type AwsJsonServer = Service & {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
};

const host = '127.0.0.1';

/** The longest input of the services here is a batch of 1 MiB, whose JSON escapes may make it six times as long. */
const maxInputBytes = 8 * 1_024 * 1_024;

/**
 * An AWS service that speaks JSON: one operation per POST. Requests come signed; here the signature is not checked.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html, and aws-json-1_1-protocol.html beside it
 */
export async function startAwsJsonServer(options: AwsJsonServerOptions): Promise<AwsJsonServer> {
  const server = createServer((request, response) => void respond(request, response, options));
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${host}:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: AwsJsonServerOptions,
): Promise<void> {
  const body = await readBody(request, maxInputBytes);
  if (body === 'aborted') return;
  const { status, output } = await answerTo(request.headers['x-amz-target'], body, options);
  response.writeHead(status, {
    'content-type': `application/x-amz-json-${options.version}`,
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(output));
}

type Answer = { status: number; output: object };

async function answerTo(
  target: string | string[] | undefined,
  body: Buffer | 'too long',
  { target: prefix, operations }: AwsJsonServerOptions,
): Promise<Answer> {
  try {
    const [service, name = ''] = String(target).split('.');
    const operation = service === prefix && Object.hasOwn(operations, name) && operations[name];
    if (!operation) throw new AwsJsonError('UnknownOperationException', 'This operation is not imitated.');
    return { status: 200, output: await operation(parseBody(body)) };
  } catch (error) {
    if (error instanceof AwsJsonError) {
      return { status: 400, output: { __type: error.code, message: error.message } };
    }
    throw error;
  }
}

function parseBody(body: Buffer | 'too long'): unknown {
  if (body === 'too long') throw new AwsJsonError('RequestEntityTooLarge', 'The request is too long.');
  const value = parseJson(body.toString());
  if (value === undefined) throw new AwsJsonError('SerializationException', 'The request is not JSON.');
  return value;
}
