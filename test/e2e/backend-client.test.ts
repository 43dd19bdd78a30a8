import { describe, expect, it } from 'vitest';
import { createPushClient, PushError } from '../../client/backend/index.ts';
import { MAX_LINES_PER_REQUEST, MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
const client = () => createPushClient({ url: stack.stack.outputs.PushUrl });

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => (error instanceof PushError ? error.code : error));
}

/** Its other tests answer as the test says; here it is the service that does. */
describe('the backend client and the running stack understand each other', () => {
  it('when it pushes one message', async () => {
    const browser = await stack.browser('one');
    expect(await client().push({ uid: 'one', n: 1 })).toEqual({
      uid: 'one',
      delivered: 1,
      gone: 0,
      failed: 0,
    });
    expect(await browser.next()).toBe('{"uid":"one","n":1}');
  });

  it('when it pushes as many messages as a request may have, bad ones among them', async () => {
    const messages = Array.from({ length: MAX_LINES_PER_REQUEST }, (_, n) =>
      n % 2 ? { uid: `u${n}` } : '[]',
    );
    const results = await client().pushMany(messages, { ttlSeconds: 60 });

    expect(results).toHaveLength(MAX_LINES_PER_REQUEST);
    expect(results[0]).toMatchObject({ code: 'not-an-object' });
    expect(results[1]).toMatchObject({ uid: 'u1', seq: 1, stored: true });
    expect(await codeOf(client().pushMany([...messages, { uid: 'u' }]))).toBe('too-large');
  });

  it('when it asks for a stored message, and takes it back', async () => {
    const uid = 'ü/ 1?#%';
    const { seq = 0 } = await client().push({ uid }, { ttlSeconds: 60 });

    expect(await client().message(uid, seq)).toMatchObject({ uid, seq, state: 'stored' });
    expect(await client().takeBack(uid, seq)).toMatchObject({ uid, seq, state: 'deleted' });
    expect(await codeOf(client().message(uid, seq + 1))).toBe('unknown-message');
  });

  it('when it repeats a push with its key', async () => {
    const once = { idempotencyKey: 'key-1' };
    const first = await client().push({ uid: 'twice', n: 1 }, { ...once, ttlSeconds: 60 });

    expect(await client().push({ uid: 'twice', n: 1 }, { ...once, ttlSeconds: 60 })).toEqual(first);
    expect(await codeOf(client().push({ uid: 'twice', n: 2 }, once))).toBe('idempotency-key-reused');
  });

  it('when it broadcasts, repeats that with its key, and asks how far it is', async () => {
    const browser = await stack.browser('everybody');
    const idempotencyKey = 'key-2';
    const { broadcast } = await client().broadcast('{"to":"all"}', { idempotencyKey });
    expect(await client().broadcast('{"to":"all"}', { idempotencyKey })).toEqual({ broadcast });

    expect(await browser.next()).toBe('{"to":"all"}');
    await expect
      .poll(() => client().broadcastStatus(broadcast), patience)
      .toMatchObject({ state: 'finished' });
    expect(await codeOf(client().broadcastStatus('nothing'))).toBe('unknown-broadcast');
    expect(await codeOf(client().broadcast(''))).toBe('invalid-request');
  });

  it('when it asks who is online, page by page, and closes all connections of one but one', async () => {
    for (const uid of ['a', 'a', 'b']) await stack.browser(uid);
    const found = new Map<string, number>();
    let after: string | undefined;
    do {
      const page = await client().onlineUids({ limit: 1, ...(after !== undefined && { after }) });
      for (const { uid, connections } of page.uids) found.set(uid, connections);
      after = page.after;
    } while (after !== undefined);
    expect(found.get('a')).toBe(2);
    expect(found.get('b')).toBe(1);
    expect((await client().onlineUids({ limit: MAX_UIDS_PER_PAGE })).uids.length).toBe(found.size);

    const [kept] = (await client().online('a')).connections;
    expect(await client().disconnect('a', { except: kept?.id ?? '' })).toMatchObject({ closed: 1 });
    expect(await client().online('a')).toEqual({ uid: 'a', online: true, connections: [kept] });
  });

  it('when it asks whether it is well', async () => {
    expect(await client().health()).toEqual({ status: 'ok' });
  });
});
