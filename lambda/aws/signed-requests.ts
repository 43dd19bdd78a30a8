import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.ts';
import { BadAnswerError, ConnectionError, TimeoutError } from './errors.ts';
import { Signer } from './signature.ts';
import { SocketPool } from './socket-pool.ts';

export type SignedRequest = {
  method: 'GET' | 'POST' | 'DELETE';
  /** As it is sent: with the variable parts percent-encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
};

/** `errorType`: the header `x-amzn-ErrorType`, of what was refused. */
export type Answer = { status: number; body: string; errorType?: string };

export type SignedRequestsOptions = {
  /** Where the service is. */
  endpoint: URL;
  /** The service's name in signatures: `execute-api`. */
  service: string;
  caller: Caller;
  /** Requests under way at the same time; others wait for their turn. */
  maxSockets: number;
  /** An answer that is longer is none. */
  maxAnswerBytes: number;
  /** Milliseconds since the epoch; for the sockets' idle time and the signature's date. @default Date.now */
  now?: () => number;
};

/** Requests to one service of AWS, signed with Signature Version 4, each made once, over sockets that stay open. */
export class SignedRequests {
  readonly #options: SignedRequestsOptions;
  readonly #sockets: SocketPool;
  readonly #signer: Signer;
  readonly #now: () => number;
  /** Where requests go: the same in each. */
  readonly #target: { protocol: string; host: string; port: string };

  constructor(options: SignedRequestsOptions) {
    const { protocol, hostname, port } = options.endpoint;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#sockets = new SocketPool(protocol === 'https:', options.maxSockets, this.#now);
    this.#signer = new Signer(options.service, options.caller);
    this.#target = { protocol, host: hostname, port };
  }

  /** The answer, whatever its status; throws an error of `errors.ts` when there is none within `timeoutMs`. */
  async send(request: SignedRequest, timeoutMs: number): Promise<Answer> {
    await this.#sockets.refresh();
    return this.#exchange(request, this.#signedHeaders(request), timeoutMs);
  }

  /** Closes the sockets; what is under way breaks. */
  close(): void {
    this.#sockets.close();
  }

  #signedHeaders({ method, path, headers, body = '' }: SignedRequest): Record<string, string> {
    const { host } = this.#options.endpoint;
    return this.#signer.sign({ method, path, headers: { ...headers, host }, body }, this.#now());
  }

  #exchange(
    { method, path, body }: SignedRequest,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Answer> {
    const { agent, request } = this.#sockets;
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...this.#target, method, path, headers, agent });
      let isSettled = false;
      const fail = (error: Error) => {
        isSettled = true;
        clearTimeout(timer);
        reject(error);
        outgoing.destroy();
      };
      // One timer for the whole exchange, the wait for a socket included.
      const timer = setTimeout(
        () => fail(new TimeoutError(`There was no answer within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      const broken = (cause?: unknown) => {
        if (isSettled) return;
        fail(new ConnectionError('The connection broke before there was an answer.', { cause }));
      };
      outgoing.on('error', broken);
      // It closes without an error when the service changes the protocol.
      outgoing.on('close', broken);
      outgoing.on('response', (answer) => {
        const { socket } = answer;
        answer.on('error', broken);
        collect(answer, this.#options.maxAnswerBytes, fail, (text) => {
          isSettled = true;
          clearTimeout(timer);
          this.#sockets.used(socket);
          const errorType = answer.headers['x-amzn-errortype'];
          resolve({
            status: answer.statusCode ?? 0,
            body: text,
            ...(typeof errorType === 'string' && { errorType }),
          });
        });
      });
      outgoing.end(body);
    });
  }
}

function collect(
  answer: IncomingMessage,
  maxBytes: number,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) fail(new BadAnswerError(`The answer is longer than ${maxBytes} bytes.`));
    else chunks.push(chunk);
  });
  answer.on('end', () => done(Buffer.concat(chunks, length).toString()));
}
