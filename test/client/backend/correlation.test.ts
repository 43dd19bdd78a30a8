import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPushClient } from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;
beforeEach(async () => {
  pushUrl = await PushUrl.start();
});
afterEach(() => pushUrl.stop());

const client = () => createPushClient({ url: pushUrl.url, sleep: async () => {} });
const sent = () => pushUrl.requests.map(({ headers }) => headers['x-correlation-id']);

describe('the correlation id of a call', () => {
  test('is the one that is given', async () => {
    pushUrl.answerJson('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
    await client().push({ uid: 'u1' }, { correlationId: 'order:17' });
    pushUrl.answerLines('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
    await client().pushMany([{ uid: 'u1' }], { correlationId: 'order:18' });

    expect(sent()).toEqual(['order:17', 'order:18']);
  });

  test('is a new one otherwise, the same for each attempt, and told by the error', async () => {
    pushUrl.answer = (response) => response.writeHead(503).end();
    const error = await client()
      .online('u1')
      .catch((thrown: unknown) => thrown);

    expect(sent()).toHaveLength(3);
    expect(new Set(sent()).size).toBe(1);
    expect(error).toMatchObject({ code: 'unexpected-status', correlationId: sent()[0] });

    await client()
      .push({ uid: 'u1' })
      .catch(() => {});
    expect(sent()[3]).toMatch(/^[\w-]{36}$/);
    expect(sent()[3]).not.toBe(sent()[0]);
  });

  test.each(['', 'two words', 'x'.repeat(129), 'ü'])('can not be %j', async (correlationId) => {
    await expect(client().push({ uid: 'u1' }, { correlationId })).rejects.toThrow(TypeError);
    expect(sent()).toEqual([]);
  });
});
