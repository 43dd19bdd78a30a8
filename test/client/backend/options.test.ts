import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPushClient, createToken, type PushClientOptions } from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;
beforeEach(async () => {
  pushUrl = await PushUrl.start();
  pushUrl.answerJson('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await pushUrl.stop();
});

/** What a program in JavaScript may pass. */
function clientWith(options: unknown) {
  return createPushClient(options as PushClientOptions);
}

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const text = 'a-secret-text';

describe('options of a client that can not be used are a TypeError with their name', () => {
  test.each<[string, unknown]>([
    ['url', undefined],
    ['url', 5],
    ['url', null],
    ['url', ''],
    ['url', 'push.example.com'],
    ['url', 'ftp://push.example.com'],
    ['url', `https://user:${text}@push.example.com`],
    ['url', `https://${text}@push.example.com`],
    ['url', `https://push.example.com/?key=${text}`],
    ['url', `https://push.example.com/#${text}`],
    ['url', new URL(`https://user:${text}@push.example.com`)],
    ['secret', null],
    ['secret', 12_345],
    ['secret', ''],
    ['secret', '  '],
    ['secret', `${text}\n`],
    ['secret', [text]],
    ['secret', { value: text }],
    ['credentials', { accessKeyId: text, secretAccessKey: text }],
    ['credentials', text],
    ['region', ''],
    ['region', 'eu west'],
    ['timeoutMs', Number.POSITIVE_INFINITY],
    ['timeoutMs', Number.NaN],
    ['timeoutMs', -1],
    ['timeoutMs', 0],
    ['timeoutMs', 1.5],
    ['timeoutMs', 3e9],
    ['timeoutMs', 2 ** 32],
    ['timeoutMs', '1000'],
    ['retries', -1],
    ['retries', Number.POSITIVE_INFINITY],
    ['maxConcurrentRequests', 0],
    ['fetch', 'fetch'],
    ['random', 0.5],
    ['sleep', 5],
    ['now', 0],
    ['timeout', 1_000],
    ['pushSecret', text],
  ])('%s: %j', (name, value) => {
    const error = errorOf(() => clientWith({ url: pushUrl.url, [name]: value }));

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`createPushClient: `);
    expect(String(error)).toContain(`"${name}"`);
    expect(inspect(error)).not.toContain(text);
  });

  test('says of one that is missing that it is', () => {
    expect(() => clientWith({})).toThrow(new TypeError('createPushClient: the option "url" is missing.'));
  });

  test.each([undefined, null, 'https://push.example.com', []])('all of them: %j', (options) => {
    expect(() => clientWith(options)).toThrow(TypeError);
  });
});

describe('a push URL is taken', () => {
  test.each<[string, (url: string) => string | URL]>([
    ['with a line break at its end, as a shell or a file may have it', (url) => `${url}/\n`],
    ['with spaces around it', (url) => ` ${url} `],
    ['as a URL', (url) => new URL(url)],
    ['with its scheme in capitals', (url) => url.replace('http:', 'HTTP:')],
  ])('%s', async (_how, urlOf) => {
    await createPushClient({ url: urlOf(pushUrl.url) }).push('{}');
    await createPushClient({ url: urlOf(`${pushUrl.url}/own/path`) }).push('{}');

    expect(pushUrl.requests.map(({ path }) => path)).toEqual(['/push', '/own/path/push']);
  });
});

describe('options of a call that can not be used are a TypeError with their name, and nothing is sent', () => {
  type Client = Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  test.each<[string, unknown[], string]>([
    ['push', ['{}', { ttl: 600 }], '"ttl"'],
    ['push', ['{}', { ttlSeconds: '600' }], '"ttlSeconds"'],
    ['push', ['{}', { correlationID: 'a' }], '"correlationID"'],
    ['push', ['{}', null], 'options'],
    ['pushMany', [['{}'], { idempotencyKey: 'a' }], '"idempotencyKey"'],
    ['pushMany', [['{}'], { retries: 3 }], '"retries"'],
    ['pushMany', ['{}'], 'array'],
    ['onlineUids', [{ limits: 5 }], '"limits"'],
    ['onlineUids', [{ limit: 0 }], '"limit"'],
    ['onlineUids', [{ after: '' }], '"after"'],
    ['disconnect', ['u1', { excpt: 'a' }], '"excpt"'],
    ['disconnect', ['u1', { except: '' }], '"except"'],
    ['disconnect', ['u1', { except: null }], '"except"'],
    ['disconnect', ['u1', { revoke: 1 }], '"revoke"'],
    ['disconnect', ['u1', { revoke: new Date(Number.NaN) }], '"revoke"'],
    ['disconnect', ['u1', { blockSeconds: -1 }], '"blockSeconds"'],
    ['disconnect', [5], 'uid'],
    ['online', [undefined], 'uid'],
    ['message', ['u1', '7'], 'number'],
    ['broadcast', [{ hello: 1 }], 'text'],
    ['broadcastStatus', [undefined], 'id'],
    ['stopBroadcast', [''], 'id'],
    ['push', [undefined], 'message'],
    ['push', [5], 'message'],
    ['push', [{ uid: 'u1', size: 5n }], 'message'],
  ])('%s, number %#', async (method, parameters, named) => {
    const client = createPushClient({ url: pushUrl.url }) as unknown as Client;
    const error: unknown = await client[method]?.(...parameters).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(named);
    expect(pushUrl.requests).toEqual([]);
  });

  test('of a token', async () => {
    const wrong = [
      { uid: 'u1', secret: 's', ttl: 60 },
      { uid: 'u1', secret: 's', audience: '' },
      { uid: 'u1', secret: 's', issuer: 5 },
      { uid: 5, secret: 's' },
      undefined,
    ];
    for (const options of wrong) {
      await expect(createToken(options as Parameters<typeof createToken>[0])).rejects.toThrow(TypeError);
    }
  });
});

describe('an error of many messages names the one', () => {
  test.each<[string, unknown]>([
    ['a lone surrogate', '"\ud800"'],
    ['a line break', '{\n}'],
    ['a uid whose digits a number has lost', { uid: 2 ** 53 }],
    ['no message', undefined],
    ['a big integer', { uid: 'u1', size: 5n }],
  ])('with %s', async (_what, message) => {
    const messages = ['{}', '{}', message] as string[];
    await expect(createPushClient({ url: pushUrl.url }).pushMany(messages)).rejects.toThrow(
      /^Message 2, counted from 0, /,
    );
  });
});

describe('a client', () => {
  test('works behind a Proxy, and its methods by themselves', async () => {
    const client = createPushClient({ url: pushUrl.url });
    await new Proxy(client, {}).push('{}');
    const { push } = client;
    await push('{}');

    expect(pushUrl.requests).toHaveLength(2);
    expect(inspect(createPushClient({ url: pushUrl.url, secret: text }), { depth: 9 })).not.toContain(text);
  });

  test('uses a fetch that is put in place of the global one after it was made', async () => {
    const client = createPushClient({ url: 'http://push.example.com' });
    const original = fetch;
    vi.stubGlobal('fetch', (_url: string, init: RequestInit) => original(`${pushUrl.url}/patched`, init));
    await client.push('{}');

    expect(pushUrl.requests[0]?.path).toBe('/patched');
  });

  const request = (init: RequestInit) => ({ headers: init.headers });
  test.each<[string, (init: RequestInit) => object]>([
    ['a member', (init) => ({ config: { init } })],
    ['its cause', (init) => ({ cause: { init } })],
    ['toJSON', (init) => ({ toJSON: () => request(init) })],
    ['toString', (init) => ({ toString: () => JSON.stringify(request(init)) })],
    [
      'a member that hides it from inspect',
      (init) => ({ request: { ...request(init), [inspect.custom]: () => '' } }),
    ],
    [
      'a member that shows it to inspect',
      (init) => ({ [inspect.custom]: () => JSON.stringify(request(init)) }),
    ],
    [
      'a getter',
      (init) => ({
        response: {
          get request() {
            return request(init);
          },
        },
      }),
    ],
  ])('leaves out a reason that repeats its secret by %s', async (_how, told) => {
    const failing = async (_url: unknown, init: RequestInit = {}) => {
      throw Object.assign(new Error('It failed.'), told(init));
    };
    const client = createPushClient({ url: pushUrl.url, secret: text, retries: 0, fetch: failing });
    const error = await client.push('{}').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'unreachable' });
    expect((error as Error).cause).toEqual(
      new Error('The reason is left out: it repeats what authorises the request.'),
    );
  });

  test('keeps a reason that can be printed in no way, or only in some', async () => {
    const reason: Record<string, unknown> = {
      [inspect.custom]: () => {
        throw new Error('No.');
      },
    };
    reason.itself = reason;
    const failing = async () => {
      throw reason;
    };
    const client = createPushClient({ url: pushUrl.url, secret: text, retries: 0, fetch: failing });

    const error = await client.push('{}').catch((thrown: unknown) => thrown);
    expect((error as Error).cause).toBe(reason);
  });
});
