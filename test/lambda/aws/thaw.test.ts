import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SignedRequests } from '../../../lambda/aws/signed-requests.ts';
import { caller, startService } from './service.ts';

const request = { method: 'POST', path: '/live/@connections/a', body: 'hi' } as const;
const timeoutMs = 10_000;

function requestsTo(endpoint: URL, now: () => number): SignedRequests {
  const options = { endpoint, service: 'execute-api', caller, maxSockets: 5, maxAnswerBytes: 1_000, now };
  const requests = new SignedRequests(options);
  onTestFinished(() => requests.close());
  return requests;
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
    const requests = requestsTo(service.url, () => now);
    await requests.send(request, timeoutMs);
    now += pause;
    await requests.send(request, timeoutMs);

    expect(service.connections).toBe(connections);
    expect(service.requests).toHaveLength(2);
  });

  test('a request is not sent onto a socket that the service says it has closed by now', async () => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const service = await startService((_, response) => response.setHeader('keep-alive', 'timeout=5').end());
    const requests = requestsTo(service.url, () => now);
    await requests.send(request, timeoutMs);
    now += 5_000;
    await requests.send(request, timeoutMs);

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
    const requests = requestsTo(new URL(`http://127.0.0.1:${port}`), () => now);
    await Promise.all([1, 2, 3].map(() => requests.send(request, timeoutMs)));

    service.postMessage('close sockets');
    expect(Atomics.wait(closed, 0, 0, timeoutMs)).not.toBe('timed-out');
    now += 2_000;

    expect(await requests.send(request, timeoutMs)).toMatchObject({ status: 200 });
    service.postMessage('count');
    expect(await once(service, 'message')).toEqual([4]);
  });
});
