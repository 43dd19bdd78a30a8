import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A process of its own that answers at once what a push asks for: a query with one connection, and a post. It writes its port, and ends
 * when its parent does.
 */
const connections = JSON.stringify({
  Count: 1,
  ScannedCount: 1,
  Items: [
    {
      pk: { S: 'uid#u1' },
      sk: { S: 'connection#L0SM9cOFvHcCIhw=' },
      registeredAt: { N: '1767268800000' },
      framed: { BOOL: true },
      expiresAt: { N: '4102444800' },
    },
  ],
});

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const isQuery = request.headers['x-amz-target'] !== undefined;
  request.resume().on('end', () => {
    response.writeHead(200, {
      'content-type': isQuery ? 'application/x-amz-json-1.0' : 'application/json',
      'x-amzn-requestid': 'JS0F4L9QF2H6K7P3M1T8V5W0XZ',
    });
    response.end(isQuery ? connections : '');
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
process.stdin.on('end', () => process.exit()).resume();
