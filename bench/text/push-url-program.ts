import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../process-side.ts';

/**
 * A process of its own that answers like the push URL, every line delivered, after `LATENCY_MS`. Asked, it reports what
 * came since.
 */

export type PushUrlTraffic = { requests: number; lines: number };

const latencyMs = Number(process.env.LATENCY_MS ?? 0);
const result = `${JSON.stringify({ uid: 'u1', delivered: 1, gone: 0, failed: 0 })}\n`;
let traffic: PushUrlTraffic = { requests: 0, lines: 0 };

const server = createServer(async (request, response) => {
  let lines = 0;
  for await (const chunk of request as AsyncIterable<Buffer>)
    lines += chunk.toString('latin1').split('\n').length - 1;
  traffic.requests++;
  traffic.lines += lines;
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(result.repeat(lines));
  }, latencyMs);
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
serve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, () => {
  const taken = traffic;
  traffic = { requests: 0, lines: 0 };
  return taken;
});
