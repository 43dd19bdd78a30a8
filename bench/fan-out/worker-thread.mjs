// A worker of broadcasts: a thread with the function's bundle, as a sandbox of Lambda has it. Does tasks one after the
// other, as the queue would hand them over. Plain JavaScript, because a worker thread starts without a TypeScript
// loader.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ file: string }} */
const { file } = workerData;
const { handler } = await import(pathToFileURL(file).href);
const context = { getRemainingTimeInMillis: () => 30_000 };

parentPort?.on('message', async (tasks) => {
  for (const task of tasks) await handler({ Records: [{ body: JSON.stringify(task) }] }, context);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
