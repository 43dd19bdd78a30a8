import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Delivery = { headers: IncomingHttpHeaders; body: string };

/** A webhook on this machine, which answers with `answers` in turn, then with 204. */
export class WebhookServer {
  readonly answers: number[];
  readonly deliveries: Delivery[] = [];
  /** The bodies of those that were answered 204. */
  readonly taken: string[] = [];
  readonly #server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    this.deliveries.push({ headers: request.headers, body });
    const status = this.answers.shift() ?? 204;
    if (status === 204) this.taken.push(body);
    response.writeHead(status, { location: '/elsewhere' }).end();
  });

  constructor(answers: number[] = []) {
    this.answers = answers;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
