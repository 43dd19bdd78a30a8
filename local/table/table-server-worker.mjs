// DynamoDB's stand-in, in a thread of its own, so that its work holds up no socket. Plain JavaScript, because a worker
// thread starts without a TypeScript loader.
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';

/** @type {{ host: string }} */
const { host } = workerData;

// Tables are there at once, instead of after half a second.
const server = dynalite({ createTableMs: 0 });
// Clients close their own idle connections. If the server did, a request could cross with the closing and fail.
server.keepAliveTimeout = 0;
server.listen(0, host, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  parentPort?.postMessage({ port });
});
