// A worker of broadcasts: a thread with the function's bundle, as a sandbox of Lambda has it. Does the pages of its
// segment one after the other, as the queue would hand them over. Plain JavaScript, because a worker thread starts
// without a TypeScript loader.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ file: string, segment: number }} */
const { file, segment } = workerData;
const { handler } = await import(pathToFileURL(file).href);
const context = { getRemainingTimeInMillis: () => 30_000 };

parentPort?.on('message', async ({ broadcast, pages }) => {
  for (let page = 0; page < pages; page++) {
    const body = JSON.stringify({ broadcast, segment, page });
    await handler({ Records: [{ body }] }, context);
  }
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
