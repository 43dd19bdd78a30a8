import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** DynamoDB on this machine: all in memory, gone when it stops. */
export type TableServer = {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  stop(): Promise<void>;
};

const host = '127.0.0.1';

export async function startTableServer(): Promise<TableServer> {
  const worker = new Worker(new URL('./table-server-worker.mjs', import.meta.url), {
    workerData: { host },
    env: {},
    execArgv: [],
  });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  return {
    endpoint: `http://${host}:${port}`,
    stop: async () => {
      await worker.terminate();
    },
  };
}
