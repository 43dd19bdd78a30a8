import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPushClient } from '../../../client/backend/push-client.ts';
import { PushError, PushErrorCode } from '../../../client/backend/push-error.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
});
afterEach(() => pushUrl.stop());

function bytes(...lines: string[]): Uint8Array[] {
  return lines.map((line) => Buffer.from(line));
}

const result = '{"uid":"u1","delivered":1,"gone":0,"failed":0}';

/** The error that a push of `lines` fails with. */
async function errorOf(pushed: Promise<unknown>): Promise<PushError> {
  const error = await pushed.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PushError)) throw new Error('expected a PushError', { cause: error });
  return error;
}

describe('pushing many', () => {
  it('posts the lines to /push as NDJSON, byte for byte', async () => {
    pushUrl.answerLines(result, result);
    await createPushClient({ url: pushUrl.url }).pushMany(bytes('{"uid": "ü",  "n":1.0}', '{"uid":2}'));

    const [request] = pushUrl.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/push' });
    expect(request?.headers['content-type']).toBe('application/x-ndjson');
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body.toString()).toBe('{"uid": "ü",  "n":1.0}\n{"uid":2}\n');
  });

  it('takes a push URL that ends in a slash, as function URLs do', async () => {
    pushUrl.answerLines(result);
    await createPushClient({ url: `${pushUrl.url}/` }).pushMany(bytes('{}'));

    expect(pushUrl.requests[0]?.path).toBe('/push');
  });

  it('takes a push URL with a path of its own', async () => {
    pushUrl.answerLines(result);
    await createPushClient({ url: `${pushUrl.url}/own/path` }).pushMany(bytes('{}'));

    expect(pushUrl.requests[0]?.path).toBe('/own/path/push');
  });

  it('answers one result per line, in order', async () => {
    const refusal = '{"code":"invalid-json","detail":"the JSON ends too early"}';
    pushUrl.answerLines(result, refusal, '{"uid":"u2","delivered":0,"gone":1,"failed":2}');
    const results = await createPushClient({ url: pushUrl.url }).pushMany(bytes('{}', '{', '{}'));

    expect(results).toEqual([
      { uid: 'u1', delivered: 1, gone: 0, failed: 0 },
      { code: 'invalid-json', detail: 'the JSON ends too early' },
      { uid: 'u2', delivered: 0, gone: 1, failed: 2 },
    ]);
  });

  it('takes the longest uids in the longest way that JSON can write them', async () => {
    const uid = '\\u0001'.repeat(1_024);
    pushUrl.answerLines(`{"uid":"${uid}","delivered":1,"gone":0,"failed":0}`);

    const [longest] = await createPushClient({ url: pushUrl.url }).pushMany(bytes('{}'));
    expect(longest).toMatchObject({ uid: '\u0001'.repeat(1_024) });
  });

  it('of no lines makes no request', async () => {
    expect(await createPushClient({ url: pushUrl.url }).pushMany([])).toEqual([]);
    expect(pushUrl.requests).toEqual([]);
  });

  it.each(['', ' \t\r'])('refuses a blank line, since it would have no result: %j', async (blank) => {
    const client = createPushClient({ url: 'http://127.0.0.1:9' });

    await expect(client.pushMany(['{"uid":"u1"}', blank])).rejects.toThrow(
      new TypeError('Message 1, counted from 0, is blank.'),
    );
  });

  it('refuses a line with a line break in it, since its result could not be told apart', async () => {
    const pushed = createPushClient({ url: pushUrl.url }).pushMany(bytes('{}', '{\n}'));

    await expect(pushed).rejects.toThrow(TypeError);
    expect(pushUrl.requests).toEqual([]);
  });
});

describe('an answer that does not fit is an error:', () => {
  it.each([
    ['fewer lines', [result]],
    ['more lines', [result, result, result]],
    ['no lines', []],
    ['a line that is not JSON', [result, '{oops']],
    ['an empty line', [result, '']],
    ['null', [result, 'null']],
    ['an array', [result, '[]']],
    ['a result without its counts', [result, '{"uid":"u1"}']],
    ['a count that is no count', [result, '{"uid":"u1","delivered":"1","gone":0,"failed":0}']],
    ['a negative count', [result, '{"uid":"u1","delivered":-1,"gone":0,"failed":0}']],
    ['a result without its uid', [result, '{"delivered":1,"gone":0,"failed":0}']],
    ['a refusal without its detail', [result, '{"code":"too-large"}']],
    ['a result and a refusal in one', [result, `${result.slice(0, -1)},"code":"a","detail":"b"}`]],
  ])('%s', async (_, lines) => {
    pushUrl.answerLines(...lines);
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}', '{}')));

    expect(error.code).toBe(PushErrorCode.unexpectedAnswer);
  });

  it('bytes that are not UTF-8', async () => {
    pushUrl.answer = (response) => response.end(Buffer.from([0xff, 0x0a]));
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.unexpectedAnswer);
  });

  it('more bytes than results can have, of which no more are read', async () => {
    let wasCutOff: Promise<void> | undefined;
    pushUrl.answer = (response) => {
      wasCutOff = new Promise((resolve) => response.on('close', resolve));
      const writeMore = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', writeMore);
      writeMore();
    };
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.unexpectedAnswer);
    await wasCutOff;
  });

  it.each([204, 302, 403, 413, 429, 500, 502])('status %i', async (status) => {
    pushUrl.answer = (response) => {
      response.writeHead(status, { location: '/elsewhere' });
      response.end(status === 204 ? undefined : `${result}\n`);
    };
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.unexpectedStatus);
    expect(error.message).toContain(String(status));
    expect(pushUrl.requests).toHaveLength(1);
  });
});

describe('a push URL that can not be reached', () => {
  it('is an error with its cause', async () => {
    await pushUrl.stop();
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));
    pushUrl = await PushUrl.start();

    expect(error.code).toBe(PushErrorCode.unreachable);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('because the connection breaks is an error, and nothing is sent twice', async () => {
    pushUrl.answer = (response) => response.destroy();
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.unreachable);
    expect(pushUrl.requests).toHaveLength(1);
  });

  it('because its answer breaks off is an error', async () => {
    pushUrl.answer = (response) => response.write(result, () => response.destroy());
    const error = await errorOf(createPushClient({ url: pushUrl.url }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.unreachable);
  });

  it('is no address at all is told at once', () => {
    expect(() => createPushClient({ url: 'localhost:8080' })).toThrow(TypeError);
    expect(() => createPushClient({ url: 'http://' })).toThrow(TypeError);
  });
});

describe('a push URL that takes too long', () => {
  it.each<[string, PushUrl['answer']]>([
    ['to answer', () => {}],
    ['to complete its answer', (response) => response.write('{')],
  ])('%s is given up', async (_, answer) => {
    pushUrl.answer = answer;
    const error = await errorOf(createPushClient({ url: pushUrl.url, timeoutMs: 50 }).pushMany(bytes('{}')));

    expect(error.code).toBe(PushErrorCode.timedOut);
    expect(error.cause).toBeInstanceOf(Error);
  });
});
