// A service in a thread of its own that closes its sockets while the test's thread stands still, as a frozen sandbox
// does.
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const closed = new Int32Array(workerData);
const sockets = new Set();
let requests = 0;
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  requests++;
  request.resume().on('end', () => response.end());
});
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => {
    sockets.delete(socket);
    if (sockets.size > 0) return;
    Atomics.store(closed, 0, 1);
    Atomics.notify(closed, 0);
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage(server.address()));
parentPort?.on('message', (message) => {
  if (message === 'close sockets') for (const socket of sockets) socket.destroy();
  if (message === 'count') parentPort?.postMessage(requests);
});
