import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { serve } from '../process-side.ts';

/** A process of its own: ten workers of broadcasts, which do the one that is asked for. */

export type BroadcastQuestion = {
  broadcast: string;
  /** Of each segment. */
  pages: number;
};

/** `cpuUs`: microseconds of user and system time, of all workers together. */
export type BroadcastAnswer = { milliseconds: number; cpuUs: number };

const file = process.argv[2];
const workers = Array.from(
  { length: BROADCAST_SEGMENTS },
  (_, segment) =>
    new Worker(new URL('broadcast-thread.mjs', import.meta.url), { workerData: { file, segment } }),
);
await Promise.all(workers.map((worker) => once(worker, 'message')));

async function broadcast(question: BroadcastQuestion): Promise<BroadcastAnswer> {
  const start = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    workers.map((worker) => {
      const done = once(worker, 'message');
      worker.postMessage(question);
      return done;
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: performance.now() - start, cpuUs: user + system };
}

serve({}, broadcast);
