import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../process-side.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { BroadcastAnswers } from './broadcast-answers.ts';
import { isGoneOfCrowd } from './crowd.ts';
import { queryAnswer } from './query-answer.ts';
import { TrafficCounter } from './traffic-counter.ts';

/**
 * A process of its own that answers as AWS does what pushes and broadcasts ask for, after `LATENCY_MS`, with 429 for
 * `THROTTLED_SHARE` of the posts. Asked, it reports what has come since it was asked before.
 */
const latencyMs = Number(process.env.LATENCY_MS ?? 0);
const throttledShare = Number(process.env.THROTTLED_SHARE ?? 0);
const random = seededRandom(1);
const broadcasts = new BroadcastAnswers(Number(process.env.BROADCAST_CONNECTIONS ?? 0));
const traffic = new TrafficCounter();

function answerTo(target: string | undefined, url: string, body: string): { status: number; body: string } {
  if (target === undefined) {
    if (isGoneOfCrowd(url)) return { status: 410, body: '' };
    return { status: random() < throttledShare ? 429 : 200, body: '' };
  }
  const operation = target.slice(target.indexOf('.') + 1);
  const input = JSON.parse(body);
  return {
    status: 200,
    body: operation === 'Query' ? queryAnswer(input) : broadcasts.answer(operation, input),
  };
}

// Clients close their own idle connections. If the server did, a request could cross with the closing.
const server: Server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const target = request.headers['x-amz-target']?.toString();
  traffic.count(target === undefined ? 'posts' : 'tableCalls');
  let body = '';
  request.setEncoding('utf8').on('data', (text) => {
    body += text;
  });
  request.on('end', () => {
    const { status, body: answer } = answerTo(target, request.url ?? '', body);
    const respond = () => {
      response.writeHead(status, {
        'content-type': target === undefined ? 'application/json' : 'application/x-amz-json-1.0',
        'x-amzn-requestid': 'JS0F4L9QF2H6K7P3M1T8V5W0XZ',
      });
      response.end(answer);
    };
    if (latencyMs > 0) setTimeout(respond, latencyMs);
    else respond();
  });
});
server.on('connection', (socket) => traffic.watch(socket));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
serve({ url: `http://127.0.0.1:${port}` }, () => traffic.take());
