import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPushClient, type PushClientOptions, PushErrorCode } from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;
/** Milliseconds; what the client waits for moves it on. */
let time: number;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
  time = 0;
});
afterEach(() => pushUrl.stop());

function client(options: Partial<PushClientOptions> = {}) {
  return createPushClient({
    url: pushUrl.url,
    random: () => 0.5,
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    ...options,
  });
}

function asked(): string[] {
  return pushUrl.requests.map(({ method, path }) => `${method} ${path}`);
}

describe('pushing one message to many uids', () => {
  const answer = { uids: 2, delivered: 1, gone: 0, failed: 0, offline: ['7'], unavailable: [] };

  it('sends two lines, once however often they are sent', async () => {
    const answers = ['oops', JSON.stringify(answer)];
    pushUrl.answer = (response) => response.writeHead(answers.length > 1 ? 503 : 200).end(answers.shift());
    expect(await client().multicast(['a"b', 7], '{"n" : 1}', { ttlSeconds: 60 })).toEqual(answer);
    const [first, second] = pushUrl.requests;
    expect(first?.path).toBe('/multicast');
    expect(String(first?.body)).toBe('{"uids":["a\\"b",7]}\n{"n" : 1}\n');
    expect(first!.headers).toMatchObject({ 'content-type': 'application/x-ndjson', ttl: '60' });
    expect(second!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
  });

  it.each<[string, unknown, unknown]>([
    ['uids that are no array', 'u1', {}],
    ['a uid that a number can’t hold', [2 ** 53], {}],
    ['a uid that is neither text nor number', [null], {}],
    ['a message with a line break', ['u1'], '{\n}'],
    ['no message', ['u1'], undefined],
  ])('takes no %s', async (_, uids, message) => {
    await expect(client().multicast(uids as string[], message as object)).rejects.toThrow(TypeError);
    expect(pushUrl.requests).toEqual([]);
  });
});

describe('one that is done in the background', () => {
  const accepted = '{"multicast":"m1"}';
  const running = {
    multicast: 'm1',
    state: 'running',
    uids: 3,
    done: 1,
    delivered: 1,
    gone: 0,
    failed: 0,
    offline: 0,
    unavailable: 0,
    startedAt: '2026-01-31T12:00:00.000Z',
  };
  const finished = {
    ...running,
    state: 'finished',
    done: 3,
    stored: 3,
    offline: 2,
    finishedAt: '2026-01-31T12:00:01.000Z',
  };

  it('is waited for, and resolves to the same as one that is done at once', async () => {
    pushUrl.answerJson(
      accepted,
      JSON.stringify(running),
      JSON.stringify(finished),
      '{"uids":["a"],"after":"7"}',
      '{"uids":["b"]}',
    );
    const told: number[] = [];
    const onProgress = ({ done }: { done: number }) => void told.push(done);

    expect(await client().multicast(['a', 'b', 'c'], {}, { onProgress })).toEqual({
      uids: 3,
      delivered: 1,
      gone: 0,
      failed: 0,
      stored: 3,
      offline: ['a', 'b'],
      unavailable: [],
    });
    expect(told).toEqual([1, 3]);
    expect(asked()).toEqual([
      'POST /multicast',
      'GET /multicasts/m1',
      'GET /multicasts/m1',
      'GET /multicasts/m1/offline?limit=500',
      'GET /multicasts/m1/offline?limit=500&after=7',
    ]);
    expect(pushUrl.requests[0]?.headers.prefer).toBeUndefined();
  });

  it('is waited for so long and no longer; the error names it', async () => {
    const answers = [accepted];
    pushUrl.answer = (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(answers.shift() ?? JSON.stringify(running));

    await expect(client().multicast(['a'], {}, { waitMs: 10_000 })).rejects.toMatchObject({
      code: PushErrorCode.timedOut,
      message: 'The multicast m1 is still running after 10000 ms.',
    });
    expect(time).toBeLessThan(12_000);
  });

  it('is started without a wait', async () => {
    pushUrl.answerJson(accepted);

    expect(await client().startMulticast(['a'], {}, { except: 'laptop' })).toEqual({ multicast: 'm1' });
    expect(asked()).toEqual(['POST /multicast?except=laptop']);
    expect(pushUrl.requests[0]?.headers).toMatchObject({ prefer: 'respond-async' });
  });

  it('can be asked about', async () => {
    pushUrl.answerJson(JSON.stringify(running), '{"uids":[]}');

    expect(await client().multicastStatus('m/1')).toEqual(running);
    expect(await client().multicastUids('m1', 'unavailable', { after: '5' })).toEqual({ uids: [] });
    expect(asked()).toEqual(['GET /multicasts/m%2F1', 'GET /multicasts/m1/unavailable?after=5']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an id that is none', () => client().multicastStatus('..')],
    ['a kind that there is not', () => client().multicastUids('m1', 'online' as 'offline')],
    ['a limit that is too large', () => client().multicastUids('m1', 'offline', { limit: 501 })],
    ['a wait that is none', () => client().multicast(['a'], {}, { waitMs: -1 })],
    ['an option that there is not', () => client().startMulticast(['a'], {}, { waitMs: 1 } as object)],
  ])('takes no %s', async (_, call) => {
    await expect(call()).rejects.toThrow(TypeError);
    expect(asked()).toEqual([]);
  });
});

describe('a push to a large group', () => {
  const running = {
    multicast: 'm1',
    group: 'g',
    state: 'running',
    delivered: 1,
    gone: 0,
    failed: 0,
    excluded: 0,
    startedAt: '2026-01-31T12:00:00.000Z',
  };
  const accepted = '{"group":"g","multicast":"m1"}';

  it('is waited for, and resolves to the same as one to a small group', async () => {
    const finished = { ...running, state: 'finished', delivered: 3, finishedAt: '2026-01-31T12:00:01.000Z' };
    pushUrl.answerJson(accepted, JSON.stringify(running), JSON.stringify(finished));
    const told: number[] = [];
    const onProgress = ({ delivered }: { delivered: number }) => void told.push(delivered);

    expect(await client().groups.push('g', { n: 1 }, { onProgress, only: 'phone' })).toEqual({
      group: 'g',
      delivered: 3,
      gone: 0,
      failed: 0,
      excluded: 0,
    });
    expect(told).toEqual([1, 3]);
    expect(asked()).toEqual(['POST /groups/g/push?only=phone', 'GET /multicasts/m1', 'GET /multicasts/m1']);
  });

  it('is waited for so long and no longer; the error names it', async () => {
    pushUrl.answerJson(accepted, JSON.stringify(running));

    await expect(client().groups.push('g', {}, { waitMs: 0 })).rejects.toMatchObject({
      code: PushErrorCode.timedOut,
      message: 'The push m1 is still running after 0 ms.',
    });
  });

  it('is started without a wait', async () => {
    pushUrl.answerJson(accepted);

    expect(await client().groups.startPush('g', '{"n" : 1}')).toEqual({ group: 'g', multicast: 'm1' });
    expect(String(pushUrl.requests[0]?.body)).toBe('{"n" : 1}');
    expect(pushUrl.requests[0]?.headers).toMatchObject({ prefer: 'respond-async' });
    expect(pushUrl.requests[0]?.headers['idempotency-key']).toEqual(expect.any(String));
  });
});
