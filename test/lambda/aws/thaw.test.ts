import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postSettings } from '../../../lambda/aws/client-settings.ts';
import { caller, startService } from './service.ts';

const timeoutMs = 10_000;

/** Posts by the client that the functions use, which makes each request once. */
function postsTo(url: URL, now: () => number): () => Promise<number | undefined> {
  const endpoint = new URL('/live', url).href;
  const client = new ApiGatewayManagementApiClient(
    postSettings({ endpoint, maxSockets: 5, timeoutMs, caller, now }),
  );
  onTestFinished(() => client.destroy());
  return async () => {
    const command = new PostToConnectionCommand({ ConnectionId: 'a', Data: new Uint8Array([104, 105]) });
    return (await client.send(command)).$metadata.httpStatusCode;
  };
}

describe('after a pause, in which a sandbox may have been frozen,', () => {
  test.each([
    [500, 1],
    [20_000, 1],
    [30_000, 2],
    [3_600_000, 2],
  ])('of %i ms, two requests have made %i connections', async (pause, connections) => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const service = await startService();
    const post = postsTo(service.url, () => now);
    await post();
    now += pause;
    await post();

    expect(service.connections).toBe(connections);
    expect(service.requests).toHaveLength(2);
  });

  test('a request is not sent onto a socket that the service says it has closed by now', async () => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const service = await startService((_, response) => response.setHeader('keep-alive', 'timeout=5').end());
    const post = postsTo(service.url, () => now);
    await post();
    now += 5_000;
    await post();

    expect(service.connections).toBe(2);
  });

  test('a request gets through though the service has closed every socket meanwhile, and is sent once', async () => {
    const closed = new Int32Array(new SharedArrayBuffer(4));
    const service = new Worker(new URL('closing-service.mjs', import.meta.url), {
      workerData: closed.buffer,
    });
    onTestFinished(async () => void (await service.terminate()));
    const [{ port }] = await once(service, 'message');
    let now = Date.parse('2026-01-31T12:00:00Z');
    const post = postsTo(new URL(`http://127.0.0.1:${port}`), () => now);
    await Promise.all([1, 2, 3].map(() => post()));

    service.postMessage('close sockets');
    expect(Atomics.wait(closed, 0, 0, timeoutMs)).not.toBe('timed-out');
    now += 2_000;

    expect(await post()).toBe(200);
    service.postMessage('count');
    expect(await once(service, 'message')).toEqual([4]);
  });
});
