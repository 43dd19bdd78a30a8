import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import type { QueueTask } from '../../lambda/queue-task.ts';
import { serve } from '../process-side.ts';

/** A process of its own: ten workers of broadcasts, which do the tasks that each is given. */

export type WorkerQuestion = { tasksOf: readonly (readonly QueueTask[])[] };

/** `cpuUs`: microseconds of user and system time, of all workers together. */
export type WorkerAnswer = { milliseconds: number; cpuUs: number };

const file = process.argv[2];
const workers = Array.from(
  { length: BROADCAST_SEGMENTS },
  () => new Worker(new URL('worker-thread.mjs', import.meta.url), { workerData: { file } }),
);
await Promise.all(workers.map((worker) => once(worker, 'message')));

async function work({ tasksOf }: WorkerQuestion): Promise<WorkerAnswer> {
  const start = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    workers.map((worker, index) => {
      const done = once(worker, 'message');
      worker.postMessage(tasksOf[index] ?? []);
      return done;
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: performance.now() - start, cpuUs: user + system };
}

serve({}, work);
