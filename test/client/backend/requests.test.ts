import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPushClient,
  type PushClientOptions,
  PushError,
  type PushMessage,
} from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;
/** What the client waited for, in milliseconds, instead of waiting. */
let waits: number[];

beforeEach(async () => {
  pushUrl = await PushUrl.start();
  waits = [];
});
afterEach(() => pushUrl.stop());

function client(options: Partial<PushClientOptions> = {}) {
  return createPushClient({
    url: pushUrl.url,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
    ...options,
  });
}

function asked(): string[] {
  return pushUrl.requests.map(({ method, path }) => `${method} ${path}`);
}

const result = { uid: 'u1', delivered: 1, gone: 0, failed: 0 };

describe('pushing one message', () => {
  it.each<[string, PushMessage, string]>([
    ['a text, verbatim', '{"uid": 9007199254740993}', '{"uid": 9007199254740993}'],
    ['bytes, verbatim', Buffer.from('{"uid":"ü"\n}'), '{"uid":"ü"\n}'],
    ['an object, as JSON', { uid: 'u1', hi: [1] }, '{"uid":"u1","hi":[1]}'],
  ])('sends %s', async (_, message, sent) => {
    pushUrl.answerJson(JSON.stringify(result));
    expect(await client().push(message)).toEqual(result);
    expect(asked()).toEqual(['POST /push']);
    expect(pushUrl.requests[0]?.headers['content-type']).toBe('application/json');
    expect(pushUrl.requests[0]?.body.toString()).toBe(sent);
  });

  it.each<[string, PushMessage]>([
    ['a uid whose digits a number has lost', { uid: 2 ** 53 }],
    ['a text that UTF-8 can not express', '"\ud800"'],
  ])('refuses %s', async (_, message) => {
    await expect(client().push(message)).rejects.toThrow(TypeError);
    expect(asked()).toEqual([]);
  });

  it('throws the service’s refusal with its code, status and detail', async () => {
    pushUrl.answer = (response) => {
      response.writeHead(413, { 'content-type': 'application/problem+json' });
      response.end(
        '{"title":"x","status":413,"code":"too-large","detail":"a message may have 131072 bytes"}',
      );
    };
    const pushed = client().push('{}');

    await expect(pushed).rejects.toBeInstanceOf(PushError);
    await expect(pushed).rejects.toMatchObject({
      code: 'too-large',
      status: 413,
      detail: 'a message may have 131072 bytes',
    });
  });

  it.each([
    ['of another shape', '{"code":"Has Spaces","detail":"x"}'],
    ['that is no JSON', '<html>'],
  ])('takes a problem %s for a bare status', async (_, body) => {
    pushUrl.answer = (response) => {
      response.writeHead(500, { 'content-type': 'application/problem+json' }).end(body);
    };
    await expect(client().push('{}')).rejects.toMatchObject({ code: 'unexpected-status', status: 500 });
  });

  it.each(['{}', '[]', 'oops', '{"uid":"u1","delivered":-1,"gone":0,"failed":0}'])(
    'takes the answer %s for none',
    async (answer) => {
      pushUrl.answerJson(answer);
      await expect(client().push('{}')).rejects.toMatchObject({ code: 'unexpected-answer' });
    },
  );
});

describe('the other requests', () => {
  const since = '2026-01-01T00:00:00.000Z';
  const running = { broadcast: 'b1', state: 'running', delivered: 0, gone: 0, failed: 0, startedAt: since };

  it.each<[string, object, (of: ReturnType<typeof client>) => Promise<unknown>]>([
    ['POST /broadcast', { broadcast: 'b1' }, (of) => of.broadcast('Hello!')],
    ['GET /broadcasts/b1', running, (of) => of.broadcastStatus('b1')],
    [
      'GET /broadcasts/b1',
      { ...running, state: 'finished', finishedAt: since },
      (of) => of.broadcastStatus('b1'),
    ],
    [
      'DELETE /broadcasts/b1',
      { ...running, state: 'stopped', stoppedAt: since },
      (of) => of.stopBroadcast('b1'),
    ],
    [
      'GET /uids/u1',
      { uid: 'u1', online: true, connections: [{ id: 'c=', since }] },
      (of) => of.online('u1'),
    ],
    ['GET /uids', { uids: [] }, (of) => of.onlineUids()],
    [
      'GET /uids?limit=2&after=a%20%2B',
      { uids: [{ uid: 'b', connections: 2 }], after: 'b' },
      (of) => of.onlineUids({ limit: 2, after: 'a +' }),
    ],
    ['DELETE /uids/u1', { uid: 'u1', closed: 1, gone: 0, failed: 0 }, (of) => of.disconnect('u1')],
    [
      'DELETE /uids/u1?except=c%3D',
      { uid: 'u1', closed: 1, gone: 0, failed: 0 },
      (of) => of.disconnect('u1', { except: 'c=' }),
    ],
    [
      'DELETE /uids/u1?revoke=',
      { uid: 'u1', closed: 1, gone: 0, failed: 0, revokedThrough: since },
      (of) => of.disconnect('u1', { revoke: true }),
    ],
    [
      'DELETE /uids/u1?revoke=1767225600&block=60',
      { uid: 'u1', closed: 1, gone: 0, failed: 0, revokedThrough: since, blockedUntil: since },
      (of) => of.disconnect('u1', { revoke: new Date('2026-01-01T00:00:00.900Z'), blockSeconds: 60 }),
    ],
    [
      'DELETE /uids/u1?block=0',
      { uid: 'u1', closed: 0, gone: 0, failed: 0, blockedUntil: since },
      (of) => of.disconnect('u1', { revoke: false, blockSeconds: 0 }),
    ],
    [
      'DELETE /connections/c%3D',
      { connection: 'c=', uid: 'u1', closed: 1, gone: 0, failed: 0 },
      (of) => of.closeConnection('c='),
    ],
    [
      'DELETE /connections/c%3D',
      { connection: 'c=', closed: 0, gone: 1, failed: 0 },
      (of) => of.closeConnection('c='),
    ],
    ['GET /health', { status: 'ok' }, (of) => of.health()],
    ['GET /uids/a%2Fb/messages/7', { uid: 'a/b', seq: 7, state: 'expired' }, (of) => of.message('a/b', 7)],
    [
      'DELETE /uids/u1/messages/7',
      { uid: 'u1', seq: 7, state: 'deleted', storedAt: since, expiresAt: since, deliveredAt: since },
      (of) => of.takeBack('u1', 7),
    ],
  ])('%s answers %j', async (request, answer, ask) => {
    pushUrl.answerJson(JSON.stringify(answer));
    expect(await ask(client())).toEqual(answer);
    expect(asked()).toEqual([request]);
  });

  it.each(['a/b', '%2e', 'ü', '...', ' ', '?a#b', '\u0000', '😀'])(
    'name the uid %j in the path',
    async (uid) => {
      pushUrl.answerJson(JSON.stringify({ uid, online: false, connections: [] }));
      await client().online(uid);

      const segment = pushUrl.requests[0]?.path.slice('/uids/'.length) ?? '';
      expect(segment).not.toContain('/');
      expect(decodeURIComponent(segment)).toBe(uid);
    },
  );

  it.each(['.', '..', '', '\ud800', 'a'.repeat(1_025)])(
    'refuse the uid %j, which none can name',
    async (uid) => {
      await expect(client().online(uid)).rejects.toThrow(TypeError);
      await expect(client().disconnect(uid)).rejects.toThrow(TypeError);
      expect(asked()).toEqual([]);
    },
  );
});

it.each(['', '.', '..', 7 as unknown as string])(
  'the id %j, which no URL can have, is refused',
  async (id) => {
    await expect(client().closeConnection(id)).rejects.toThrow(TypeError);
    await expect(client().broadcastStatus(id)).rejects.toThrow(TypeError);
    expect(asked()).toEqual([]);
  },
);

describe('a request that fails', () => {
  const answerStatus = (status: number) => {
    pushUrl.answer = (response) => response.writeHead(status).end();
  };

  it.each([429, 500, 502, 503, 504])(
    'with %i is repeated twice when it reads or disconnects',
    async (status) => {
      answerStatus(status);
      await expect(client().online('u1')).rejects.toMatchObject({ status });
      expect(asked()).toHaveLength(3);
      expect(waits).toEqual([200, 400]);

      await expect(client().disconnect('u1')).rejects.toMatchObject({ status });
      expect(asked()).toHaveLength(6);
    },
  );

  it('because the connection breaks is repeated, and may then succeed', async () => {
    pushUrl.answer = (response) => {
      response.destroy();
      pushUrl.answerJson('{"status":"ok"}');
    };
    expect(await client().health()).toEqual({ status: 'ok' });
    expect(waits).toEqual([200]);
  });

  it.each([400, 403, 404])('with %i is not repeated', async (status) => {
    answerStatus(status);
    await expect(client().online('u1')).rejects.toMatchObject({ status });
    expect(asked()).toHaveLength(1);
  });

  it('is never repeated when it pushes many', async () => {
    answerStatus(503);
    await expect(client().pushMany(['{}'])).rejects.toMatchObject({ status: 503 });
    expect(asked()).toHaveLength(1);
  });

  it.each<[string, Record<string, string>, number, number | undefined]>([
    ['the seconds that it says', { 'retry-after': '2' }, 2_000, 2_000],
    ['no less than it would by itself', { 'retry-after': '0' }, 200, 0],
    ['no longer than half a minute', { 'retry-after': '86400' }, 30_000, 86_400_000],
    [
      'until the date that it says, by its own clock',
      { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      5_000,
      5_000,
    ],
    ['as long as it would by itself after what says nothing', { 'retry-after': '1.5' }, 200, undefined],
  ])('is repeated after %s', async (_what, headers, waited, told) => {
    pushUrl.answer = (response) => response.writeHead(503, headers).end();
    await expect(client().online('u1')).rejects.toMatchObject({ status: 503, retryAfterMs: told });

    expect(waits[0]).toBe(waited);
  });
});

describe('a broadcast', () => {
  it('without retries has no key and is not repeated', async () => {
    pushUrl.answer = (response) => response.writeHead(503).end();
    await expect(client({ retries: 0 }).broadcast('a')).rejects.toMatchObject({ status: 503 });

    expect(pushUrl.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
  });

  it('is repeated after what may have started it, with one key', async () => {
    pushUrl.answer = (response) => {
      response.destroy();
      pushUrl.answerJson('{"broadcast":"b"}');
    };
    expect(await client().broadcast('a')).toEqual({ broadcast: 'b' });

    const keys = pushUrl.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[!-~]{1,255}$/), keys[0]]);
  });

  it('sends the key and the correlation id that it is given', async () => {
    pushUrl.answerJson('{"broadcast":"b"}');
    await client().broadcast('a', { idempotencyKey: 'k1', correlationId: 'c1' });

    expect(pushUrl.requests[0]?.headers).toMatchObject({ 'idempotency-key': 'k1', 'x-correlation-id': 'c1' });
    await expect(client().broadcast('a', { idempotencyKey: 'ü' })).rejects.toThrow(TypeError);
  });
});

describe('a push', () => {
  const result = '{"uid":"u1","delivered":0,"gone":0,"failed":0,"seq":7,"stored":true}';
  const headersOf = (index: number) => pushUrl.requests[index]?.headers ?? {};

  it('with a TTL says so, one message or many, and gives the number that it got', async () => {
    pushUrl.answerJson(result, `${result}\n`);
    expect(await client().push('{}', { ttlSeconds: 600 })).toEqual(JSON.parse(result));
    expect(await client().pushMany(['{}'], { ttlSeconds: 60 })).toEqual([JSON.parse(result)]);

    expect([headersOf(0).ttl, headersOf(1).ttl]).toEqual(['600', '60']);
  });

  it('is repeated once by default, with a key of its own', async () => {
    pushUrl.answer = (response) => {
      response.destroy();
      pushUrl.answerJson(result);
    };
    expect(await client().push('{}')).toEqual(JSON.parse(result));

    expect(asked()).toHaveLength(2);
    expect(headersOf(0)['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
    expect(headersOf(1)['idempotency-key']).toBe(headersOf(0)['idempotency-key']);

    pushUrl.answer = (response) => response.writeHead(503).end();
    await expect(client().push('{}')).rejects.toMatchObject({ status: 503 });
    expect(asked()).toHaveLength(4);
  });

  it('is repeated as often as the client’s options say, unless its own do', async () => {
    pushUrl.answer = (response) => response.writeHead(503).end();
    await expect(client({ retries: 2 }).push('{}')).rejects.toMatchObject({ status: 503 });
    expect(asked()).toHaveLength(3);

    await expect(client({ retries: 2 }).push('{}', { retries: 0 })).rejects.toMatchObject({ status: 503 });
    expect(asked()).toHaveLength(4);
  });

  it('without retries and a TTL has no header for them', async () => {
    pushUrl.answerJson(result);
    await client({ retries: 0 }).push('{}');

    expect(headersOf(0)).not.toHaveProperty('ttl');
    expect(headersOf(0)).not.toHaveProperty('idempotency-key');
  });

  it.each([429, 409, 500, 502, 503])('with retries is repeated after %i, with one key', async (status) => {
    pushUrl.answer = (response) => {
      const body = JSON.stringify({ code: 'idempotency-key-in-use', detail: 'x' });
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(body);
      if (pushUrl.requests.length === 3) pushUrl.answerJson(result);
    };
    expect(await client().push('{}', { retries: 3 })).toEqual(JSON.parse(result));

    expect(asked()).toHaveLength(4);
    const keys = new Set(pushUrl.requests.map(({ headers }) => headers['idempotency-key']));
    expect([...keys]).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)]);
  });

  it('with retries is repeated when there was no answer in time, or none at all', async () => {
    pushUrl.answer = () => {
      pushUrl.answer = (response) => {
        response.destroy();
        pushUrl.answerJson(result);
      };
    };
    expect(await client({ timeoutMs: 100 }).push('{}', { retries: 2 })).toEqual(JSON.parse(result));
    expect(asked()).toHaveLength(3);
  });

  it('with retries has another key for each call', async () => {
    pushUrl.answerJson(result);
    await client().push('{}', { retries: 1 });
    await client().push('{}', { retries: 1 });

    expect(headersOf(0)['idempotency-key']).not.toBe(headersOf(1)['idempotency-key']);
  });

  it.each([400, 413, 422])('with retries is not repeated after %i', async (status) => {
    pushUrl.answer = (response) => response.writeHead(status).end();
    await expect(client().push('{}', { retries: 3 })).rejects.toMatchObject({ status });
    expect(asked()).toHaveLength(1);
  });

  it('with a key of the caller bears it', async () => {
    pushUrl.answerJson(result);
    await client().push('{}', { idempotencyKey: 'order-4711' });

    expect(headersOf(0)['idempotency-key']).toBe('order-4711');
  });

  it.each([
    { ttlSeconds: -1 },
    { ttlSeconds: 1.5 },
    { retries: -1 },
    { idempotencyKey: '' },
    { idempotencyKey: 'a b' },
    { idempotencyKey: 'x'.repeat(256) },
  ])('with %j is refused and not sent', async (options) => {
    await expect(client().push('{}', options)).rejects.toThrow(TypeError);
    expect(asked()).toEqual([]);
  });
});
