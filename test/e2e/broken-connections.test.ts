import { afterEach, describe, expect, test } from 'vitest';
import { forgetClosedConnection } from '../../lambda/registration/forget-connection.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
afterEach(() => {
  delete stack.faults.post;
  delete stack.faults.get;
  delete stack.faults.close;
  delete stack.faults.losesDisconnect;
});

function connectionIds(): Set<string> {
  return new Set(stack.stack.gateway.connectionIds());
}

describe('a browser that is gone', () => {
  test('killed without a close leaves the others of its uid alone', async () => {
    const killed = await stack.browser('u');
    const living = await stack.browser('u');
    killed.kill();
    await expect.poll(() => stack.connectionsOf('u'), patience).toBe(1);

    expect(await stack.push('{"uid":"u"}')).toEqual({ uid: 'u', delivered: 1, gone: 0, failed: 0 });
    expect(await living.next()).toBe('{"uid":"u"}');
  });

  test('without $disconnect is counted as gone once, and forgotten', async () => {
    stack.faults.losesDisconnect = () => true;
    const killed = await stack.browser('lost');
    const living = await stack.browser('lost');
    const before = connectionIds().size;
    killed.kill();
    await expect.poll(() => connectionIds().size, patience).toBe(before - 1);

    expect(await stack.push('{"uid":"lost","n":1}')).toEqual({
      uid: 'lost',
      delivered: 1,
      gone: 1,
      failed: 0,
    });
    expect(await stack.push('{"uid":"lost","n":2}')).toEqual({
      uid: 'lost',
      delivered: 1,
      gone: 0,
      failed: 0,
    });
    expect([await living.next(), await living.next()]).toEqual([
      '{"uid":"lost","n":1}',
      '{"uid":"lost","n":2}',
    ]);
  });

  test('is answered fail when it was the only one', async () => {
    stack.faults.losesDisconnect = () => true;
    const only = await stack.browser('only');
    const before = connectionIds().size;
    only.kill();
    await expect.poll(() => connectionIds().size, patience).toBe(before - 1);

    expect(await stack.answersTo('{"uid":"only"}')).toEqual(['fail']);
    expect(await stack.connectionsOf('only')).toBe(0);
  });

  test('and whose $disconnect comes late takes nothing from the browser that came back', async () => {
    stack.faults.losesDisconnect = () => true;
    const old = await stack.browser('returns');
    const [oldRow] = await stack.table.connectionsOf('returns', Date.now());
    old.kill();
    const returned = await stack.browser('returns');

    const { connectionId, registeredAt: connectedAt } = oldRow!;
    await forgetClosedConnection(stack.table, { connectionId, connectedAt }, Date.now());

    expect(await stack.push('{"uid":"returns"}')).toEqual({
      uid: 'returns',
      delivered: 1,
      gone: 0,
      failed: 0,
    });
    expect(await returned.next()).toBe('{"uid":"returns"}');
  });
});

describe('when API Gateway', () => {
  test('throttles a post, it is tried again until it is taken', async () => {
    const browser = await stack.browser('throttled');
    let refusals = 3;
    stack.faults.post = () => (refusals-- > 0 ? { kind: 'throttle' } : undefined);

    expect(await stack.push('{"uid":"throttled"}')).toEqual({
      uid: 'throttled',
      delivered: 1,
      gone: 0,
      failed: 0,
    });
    expect(await browser.next()).toBe('{"uid":"throttled"}');
  });

  test('fails a post, the answer says so and the connection stays registered', async () => {
    const browser = await stack.browser('unlucky');
    stack.faults.post = () => ({ kind: 'server-error' });

    expect(await stack.push('{"uid":"unlucky"}')).toEqual({
      uid: 'unlucky',
      delivered: 0,
      gone: 0,
      failed: 1,
    });
    expect(await stack.answersTo('{"uid":"unlucky"}')).toEqual(['fail']);

    delete stack.faults.post;
    expect(await stack.push('{"uid":"unlucky","n":2}')).toEqual({
      uid: 'unlucky',
      delivered: 1,
      gone: 0,
      failed: 0,
    });
    expect(await browser.next()).toBe('{"uid":"unlucky","n":2}');
  });

  test('never answers a post, the other browsers get theirs and it is counted as failed', async () => {
    await stack.browser('hangs');
    const [hanging] = await stack.table.connectionsOf('hangs', Date.now());
    const other = await stack.browser('hangs');
    stack.faults.post = (connectionId) =>
      connectionId === hanging!.connectionId ? { kind: 'hang' } : undefined;

    const result = stack.push('{"uid":"hangs"}');
    expect(await other.next()).toBe('{"uid":"hangs"}');
    expect(await result).toEqual({ uid: 'hangs', delivered: 1, gone: 0, failed: 1 });
  });
});

describe('when API Gateway answers 410 for a browser that is there', () => {
  /** The first post is answered 410. */
  function falselyGoneOnce(isDone: boolean): void {
    let isFirst = true;
    stack.faults.post = () => {
      const fault = isFirst ? ({ kind: 'false-gone', isDone } as const) : undefined;
      isFirst = false;
      return fault;
    };
  }

  test('a push is made once more, and the browser keeps its rows', async () => {
    const browser = await stack.browser('said to be gone');
    falselyGoneOnce(false);

    expect(await stack.push('{"uid":"said to be gone"}')).toMatchObject({ delivered: 1, gone: 0, failed: 0 });
    expect(await browser.next()).toBe('{"uid":"said to be gone"}');
    expect(await stack.connectionsOf('said to be gone')).toBe(1);
  });

  test('and sent the message all the same, a plain browser gets it twice', async () => {
    const browser = await stack.browser('twice');
    falselyGoneOnce(true);

    expect(await stack.push('{"uid":"twice"}')).toMatchObject({ delivered: 1, gone: 0, failed: 0 });
    expect([await browser.next(), await browser.next()]).toEqual(['{"uid":"twice"}', '{"uid":"twice"}']);
  });

  test.each(['throttle', 'server-error'] as const)(
    'and %s to the question whether it is, the push has failed and the browser keeps its rows',
    async (kind) => {
      const uid = `asked in vain ${kind}`;
      const browser = await stack.browser(uid);
      falselyGoneOnce(false);
      stack.faults.get = () => ({ kind });

      expect(await stack.push(JSON.stringify({ uid, n: 1 }))).toMatchObject({
        delivered: 0,
        gone: 0,
        failed: 1,
      });
      expect(await stack.push(JSON.stringify({ uid, n: 2 }))).toMatchObject({ delivered: 1 });
      expect(await browser.next()).toBe(JSON.stringify({ uid, n: 2 }));
    },
  );

  test('a broadcast reaches it', async () => {
    const browser = await stack.browser('one of all');
    const [row] = await stack.table.connectionsOf('one of all', Date.now());
    let isFirst = true;
    stack.faults.post = (id) => {
      if (id !== row!.connectionId || !isFirst) return undefined;
      isFirst = false;
      return { kind: 'false-gone', isDone: false };
    };
    const accepted = await stack.request('POST', 'broadcast', { body: '"to all"' });
    const { broadcast } = (await accepted.json()) as { broadcast: string };

    expect(await browser.next()).toBe('"to all"');
    await expect
      .poll(() => stack.json('GET', `broadcasts/${broadcast}`), patience)
      .toMatchObject({ state: 'finished', gone: 0, failed: 0 });
    expect(await stack.connectionsOf('one of all')).toBe(1);
  });

  test('a pong, and the answer to register, come all the same', async () => {
    const browser = await stack.socket();
    falselyGoneOnce(false);
    browser.send('{"action":"register","uid":"answered"}');
    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', uid: 'answered' });
    falselyGoneOnce(false);
    browser.send('{"action":"ping"}');

    expect(await browser.next()).toBe('{"type":"pong"}');
  });

  test('a replay is sent to its end', async () => {
    for (const n of [1, 2]) {
      const body = JSON.stringify({ uid: 'replayed', n });
      await stack.request('POST', 'push', { body, headers: { ttl: '600' } });
    }
    const browser = await stack.socket();
    let posts = 0;
    stack.faults.post = () => (posts++ % 2 === 1 ? { kind: 'false-gone', isDone: false } : undefined);
    browser.send('{"action":"register","uid":"replayed","since":0}');

    const frames = [];
    for (let count = 0; count < 4; count++) frames.push(JSON.parse(await browser.next()));
    expect(frames).toMatchObject([
      { type: 'registered' },
      { seq: 1 },
      { seq: 2 },
      { type: 'replayed', through: 2 },
    ]);
  });

  test('it is closed when its uid is to be, and learns why', async () => {
    const browser = await stack.socket();
    browser.send('{"action":"register","uid":"kicked"}');
    await browser.next();
    falselyGoneOnce(false);
    let closes = 0;
    stack.faults.close = () => (closes++ === 0 ? { kind: 'false-gone', isDone: false } : undefined);

    expect(await stack.json('DELETE', 'uids/kicked')).toMatchObject({ closed: 1, gone: 0, failed: 0 });
    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'error', code: 'disconnected' });
    expect((await browser.closed).code).toBe(1000);
  });
});
