// What the Lambda runtime does, inside a worker thread: it loads the function, then hands it one event at a time. Plain
// JavaScript, because a worker thread starts without a TypeScript loader, and the bundle must not be touched by one.
// The messages' types are in sandbox-message.ts.
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {import('./sandbox-message.ts').SandboxData} */
const { assetDirectory, handler, context, tellsRequests } = workerData;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

/** @returns {Promise<Function>} the export that `handler` names: `<module>.<export>` */
async function loadHandler() {
  const dot = handler.lastIndexOf('.');
  const path = join(assetDirectory, handler.slice(0, dot));
  const file = ['.mjs', '.js', '.cjs'].map((ending) => path + ending).find((file) => existsSync(file));
  if (!file) throw runtimeError('Runtime.ImportModuleError', `Cannot find module '${handler.slice(0, dot)}'`);
  const loaded = (await import(pathToFileURL(file).href))[handler.slice(dot + 1)];
  if (typeof loaded !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  return loaded;
}

/** @param {string} name @param {string} message */
function runtimeError(name, message) {
  return Object.assign(new Error(message), { name });
}

/**
 * What is thrown goes to the log with its stack, and to the caller without it.
 * @param {unknown} thrown @returns {import('./function-outcome.ts').FunctionError}
 */
function report(thrown) {
  process.stderr.write(`${inspect(thrown)}\n`);
  if (thrown instanceof Error) return { errorType: thrown.name, errorMessage: thrown.message };
  return { errorType: typeof thrown, errorMessage: String(thrown) };
}

/** @param {Function} handle @param {import('./sandbox-message.ts').EventMessage} message */
async function answer(handle, { event, requestId, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  try {
    const result = await handle(JSON.parse(event), {
      ...context,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    });
    return { answer: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return report(thrown);
  }
}

if (tellsRequests) {
  // https://nodejs.org/api/diagnostics_channel.html#http
  subscribe('http.client.request.start', (message) => {
    const { request } = /** @type {{ request: import('node:http').ClientRequest }} */ (message);
    const target = request.getHeader('x-amz-target');
    const { method, path } = request;
    port.postMessage({
      request: { method, path, ...(target !== undefined && { target: String(target) }) },
    });
  });
}

// Lambda's Node has it, this machine's only from version 22 on.
globalThis.WebSocket ??= /** @type {any} */ ((await import('ws')).WebSocket);

try {
  const handle = await loadHandler();
  port.on('message', async (message) => port.postMessage(await answer(handle, message)));
  port.postMessage({ answer: '' });
} catch (thrown) {
  port.postMessage(report(thrown));
}
