import { type IncomingMessage, type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { type ApiAddresses, basePaths, isDomain, isThisMachine } from './addresses.ts';
import type { ConnectionInfo } from './event-builder.ts';
import { newId } from './ids.ts';
import type { WebSocketApi } from './websocket-api.ts';

/** The API's names, as its events tell them; `domainName`: unless it has one of its own. */
type ApiNames = { apiId: string; stage: string; domainName: string };

/** An upgrade that `$connect` has let in. */
type Admission = { info: ConnectionInfo; subprotocol: string | undefined };

type Answer = (opens: boolean, status?: number, body?: string, headers?: OutgoingHttpHeaders) => void;

const jsonHeaders = { 'Content-Type': 'application/json' };

/**
 * From an HTTP upgrade to an open connection. The client waits until `$connect` has answered: `$connect` gates the
 * upgrade.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 *
 * A client that leaves while it waits gets no `$disconnect`, since its connection never was: what AWS does then is not
 * documented.
 */
export class Upgrade {
  readonly #api: WebSocketApi;
  readonly #names: ApiNames;
  readonly #addresses: ApiAddresses;
  /** The time of opening that events give for a connection that opens now, milliseconds since the epoch. */
  readonly #connectedAt: () => number;
  readonly #server: WebSocketServer;
  readonly #admissions = new WeakMap<IncomingMessage, Admission>();

  constructor(api: WebSocketApi, names: ApiNames, addresses: ApiAddresses, connectedAt: () => number) {
    this.#api = api;
    this.#names = names;
    this.#addresses = addresses;
    this.#connectedAt = connectedAt;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // The frame rules close earlier; this bounds what `ws` buffers.
      maxPayload: MAX_MESSAGE_BYTES,
      // Here and not ahead of handleUpgrade: `ws` has judged the handshake by now, so a broken one invokes no function.
      verifyClient: ({ req }, answer) => void this.#admit(req, answer),
      // Echoed only if the client offered one, as `ws` asks then only, and `$connect` returned one.
      handleProtocols: (_offered, request) => this.#admissions.get(request)?.subprotocol ?? false,
    });
  }

  handle(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, tcp, head, (webSocket) => {
      const admission = this.#admissions.get(request);
      if (admission) this.#api.open(admission.info, { webSocket, tcp });
    });
  }

  async #admit(request: IncomingMessage, answer: Answer): Promise<void> {
    const refusal = await this.#refusal(request);
    if (refusal === undefined) answer(true);
    else answer(false, refusal, JSON.stringify({ message: STATUS_CODES[refusal] }), jsonHeaders);
  }

  /** The HTTP status to refuse the upgrade with, or `undefined` when the connection may open. */
  async #refusal(request: IncomingMessage): Promise<number | undefined> {
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (!this.#isEndpoint(request.headers.host, path)) return 403;

    const info = this.#connectionInfo(request);
    const handshake = { rawHeaders: request.rawHeaders, query: query.join('?') };
    const answer = await this.#api.connect(info, handshake);
    if (!answer.opens) return answer.status;
    this.#admissions.set(request, { info, subprotocol: answer.subprotocol });
    return undefined;
  }

  /**
   * API Gateway has nothing but the stage. By this machine's name the bare `/` lets in programs that were written for a
   * plain WebSocket server.
   */
  #isEndpoint(host: string | undefined, path: string): boolean {
    const paths = basePaths(host, this.#addresses);
    if (isThisMachine(host, this.#addresses)) paths.push('');
    return paths.includes(path === '/' ? '' : path);
  }

  #connectionInfo(request: IncomingMessage): ConnectionInfo {
    const userAgent = request.headers['user-agent'];
    // On a socket for both IP versions Node writes 127.0.0.1 as ::ffff:127.0.0.1.
    const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const { host } = request.headers;
    const { domain } = this.#addresses;
    return {
      ...this.#names,
      ...(domain && isDomain(host, this.#addresses) && { domainName: domain.name }),
      connectionId: newId(),
      connectedAt: this.#connectedAt(),
      identity: userAgent === undefined ? { sourceIp } : { sourceIp, userAgent },
    };
  }
}
