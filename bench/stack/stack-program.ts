import { start } from '../../local/start.ts';
import { serve } from '../process-side.ts';

/** A process of its own: the local stack as `npm start` runs it. Asked, it reports its memory. */

export type StackReady = { webSocketUrl: string; textPort: number };

/** Bytes: of the process with all its threads, and of what lives in the thread that holds the sockets. */
export type StackMemory = { resident: number; live: number };

const { outputs } = await start({
  host: '127.0.0.1',
  webSocketPort: 0,
  textPort: 0,
  httpPort: 0,
  identity: 'claimed',
});

function memory(): StackMemory {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, live: heapUsed + external };
}

const ready: StackReady = {
  webSocketUrl: outputs.WebSocketUrl,
  textPort: Number(outputs.TextEndpoint?.split(':').at(-1)),
};
serve(ready, memory);
