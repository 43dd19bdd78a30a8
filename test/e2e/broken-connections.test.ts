import { afterEach, describe, expect, test } from 'vitest';
import { forgetClosedConnection } from '../../lambda/registration/forget-connection.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
afterEach(() => {
  delete stack.faults.post;
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

    await forgetClosedConnection(stack.table, {
      connectionId: oldRow!.connectionId,
      connectedAt: Date.now(),
    });

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
