import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPushClient } from '../../../client/backend/index.ts';
import { patience } from '../../support/patience.ts';
import { PushUrl } from './push-url.ts';

const result = '{"uid":"u1","delivered":1,"gone":0,"failed":0}';
let pushUrl: PushUrl;
/** Requests that have no answer yet. */
let waiting: ServerResponse[];

beforeEach(async () => {
  pushUrl = await PushUrl.start();
  waiting = [];
  pushUrl.answer = (response) => waiting.push(response);
});
afterEach(async () => {
  vi.useRealTimers();
  await pushUrl.stop();
});

function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}

describe('the time of an attempt', () => {
  test('includes the wait for a secret or for credentials, which is no request', async () => {
    const options = { url: pushUrl.url, timeoutMs: 50 };
    for (const client of [
      createPushClient({ ...options, secret: () => never<string>() }),
      createPushClient({ ...options, region: 'eu-west-1', credentials: () => never() }),
    ]) {
      await expect(client.push('{}')).rejects.toMatchObject({ code: 'no-credentials' });
    }
    expect(pushUrl.requests).toEqual([]);
  });

  test('ends a request whose fetch heeds no signal', async () => {
    const client = createPushClient({ url: pushUrl.url, timeoutMs: 50, retries: 0, fetch: () => never() });
    await expect(client.push('{}')).rejects.toMatchObject({ code: 'timed-out' });
  });
});

describe('requests at a time', () => {
  test('are 50 by default; the others wait, and all are answered', async () => {
    const client = createPushClient({ url: pushUrl.url });
    const pushes = Array.from({ length: 120 }, () => client.push('{}'));
    const most: number[] = [];
    let answered = 0;
    pushUrl.answer = (response) => {
      waiting.push(response);
      // All that may come have come when 50 wait, or the last ones do.
      if (waiting.length < Math.min(50, 120 - answered)) return;
      most.push(waiting.length);
      answered += waiting.length;
      for (const open of waiting.splice(0)) open.end(result);
    };
    await Promise.all(pushes);

    expect(most).toEqual([50, 50, 20]);
  });

  test('that wait too long are not sent', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const send = vi.fn(() => never<Response>());
    const client = createPushClient({
      url: pushUrl.url,
      maxConcurrentRequests: 1,
      retries: 0,
      fetch: send,
    });
    const pushes = Promise.allSettled([client.push('{}'), client.push('{}')]);
    await vi.waitFor(() => expect(send).toHaveBeenCalled(), patience);
    vi.advanceTimersByTime(30_000);

    expect(await pushes).toMatchObject([
      { reason: { code: 'timed-out', message: 'No answer within 30000 ms.' } },
      { reason: { code: 'timed-out', message: expect.stringContaining('not sent') } },
    ]);
    expect(send).toHaveBeenCalledOnce();
  });

  test('leave room again when their time is over', async () => {
    let calls = 0;
    const client = createPushClient({
      url: pushUrl.url,
      maxConcurrentRequests: 1,
      timeoutMs: 2_000,
      retries: 0,
      fetch: (input, init) => (++calls === 1 ? never() : fetch(input, init)),
    });
    await expect(client.push('{}')).rejects.toMatchObject({ code: 'timed-out' });

    pushUrl.answerJson(result);
    expect(await client.push('{}')).toMatchObject({ delivered: 1 });
  });
});
