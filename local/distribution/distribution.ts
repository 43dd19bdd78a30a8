import { once } from 'node:events';
import { createServer, type IncomingMessage, request, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { hostAndPort } from '../host-and-port.ts';
import type { Service } from '../services.ts';
import { type ViewerRequest, viewerRequest } from './viewer-request.ts';

export type DistributionOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Where the origin is on this machine: `http://host:port`. */
  origin: string;
  /** What its `Host` is on AWS. */
  originHost: string;
  /** What the origin receives in each request, in place of what a browser sent by that name. */
  originHeaders(): Record<string, string>;
  /** The code of a CloudFront function that each request goes through first. */
  viewerRequestCode?: string | undefined;
};

export type Distribution = Service & {
  /** `ws://host:port` */
  url: string;
};

/** Nothing but sockets is handed on: all else is nothing that the origin would answer. */
const forbidden = 403;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html */
const badGateway = 502;

/**
 * CloudFront in front of a WebSocket API: hands an upgrade on with all its headers but the `Host`, and with those of
 * the distribution, and from then on every byte of both sides. Addresses aren't counted here. Rejects with Node's error
 * when the port can't be had.
 * Source:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
 */
export async function startDistribution(options: DistributionOptions): Promise<Distribution> {
  const { host, viewerRequestCode } = options;
  const toOrigin = viewerRequest(viewerRequestCode);
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(forbidden).end());
  server.on('upgrade', (received: IncomingMessage, viewer: Duplex, head: Buffer) => {
    sockets.add(viewer.once('close', () => sockets.delete(viewer)));
    viewer.on('error', () => viewer.destroy());
    handOn(toOrigin(received), viewer, head, options);
  });
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://${hostAndPort(host, port)}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function handOn(
  { target, headers }: ViewerRequest,
  viewer: Duplex,
  head: Buffer,
  { origin, originHost, originHeaders }: DistributionOptions,
): void {
  const outgoing = request(origin + target, {
    headers: { ...headers, ...originHeaders(), host: originHost },
  });
  outgoing.on('upgrade', (answer: IncomingMessage, originSocket: Duplex, originHead: Buffer) => {
    viewer.write(headOf(answer));
    viewer.write(originHead);
    originSocket.write(head);
    originSocket.on('error', () => viewer.destroy());
    originSocket.on('close', () => viewer.destroy());
    viewer.on('close', () => originSocket.destroy());
    viewer.pipe(originSocket).pipe(viewer);
  });
  outgoing.on('response', (answer) => {
    viewer.write(headOf(answer));
    answer.pipe(viewer);
  });
  outgoing.on('error', () => viewer.end(`HTTP/1.1 ${badGateway} ${STATUS_CODES[badGateway]}\r\n\r\n`));
  viewer.on('close', () => outgoing.destroy());
  outgoing.end();
}

/** The status line and the headers, as they came. */
function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
