import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type ReceivedRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
};

/** A push URL on this machine that keeps what it receives and answers as the test says. */
export class PushUrl {
  readonly requests: ReceivedRequest[] = [];
  answer: (response: ServerResponse) => void = (response) => response.end();
  readonly #server: Server;
  readonly url: string;

  static async start(): Promise<PushUrl> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushUrl(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The server has no address.');
    this.url = `http://127.0.0.1:${address.port}`;
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, path: url, headers, body: Buffer.concat(chunks) });
      this.answer(response);
    });
  }

  /** Responds to every request with these lines of NDJSON. */
  answerLines(...lines: string[]): void {
    this.answer = (response) => {
      response.setHeader('content-type', 'application/x-ndjson');
      response.end(lines.map((line) => `${line}\n`).join(''));
    };
  }

  /** Responds to each request with the next of these, and the last one again and again. */
  answerJson(...answers: string[]): void {
    let next = 0;
    this.answer = (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(answers[Math.min(next++, answers.length - 1)]);
    };
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
