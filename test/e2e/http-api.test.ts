import { describe, expect, test } from 'vitest';
import { createPushClient } from '../../client/backend/push-client.ts';
import { uidpush } from '../cli/uidpush.ts';
import { outputsFile } from '../conformance/conformance-program.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack({ context: { pushEndpoint: 'http-api' } });

function client() {
  return createPushClient({ url: stack.stack.outputs.PushUrl, service: 'execute-api' });
}

describe('the push URL as an HTTP API', () => {
  test('pushes, says who is online, and disconnects', async () => {
    const browser = await stack.browser('u1');
    expect(await client().push({ uid: 'u1' })).toMatchObject({ delivered: 1 });
    expect(await browser.next()).toBe('{"uid":"u1"}');
    expect(await client().online('u1')).toMatchObject({ online: true });
    expect(await client().disconnect('u1')).toMatchObject({ closed: 1 });
    await browser.closed;
  });

  test.each(['a/b', 'a%2Fb', 'a%41', 'ü 1', 'x/messages/1', '%'])(
    'finds the uid %s, which the path has decoded',
    async (uid) => {
      const pushed = await client().push({ uid }, { ttlSeconds: 600 });

      expect(pushed).toMatchObject({ uid, stored: true, seq: 1 });
      expect(await client().message(uid, 1)).toMatchObject({ uid, state: 'stored' });
      expect(await client().online(uid)).toMatchObject({ uid, online: false });
    },
  );

  test('takes back no message of another uid, whose path looks the same', async () => {
    await client().push({ uid: 'victim' }, { ttlSeconds: 600 });
    const path = `uids/${encodeURIComponent('victim/messages/1')}`;

    expect((await stack.request('DELETE', path)).status).toBe(400);
    expect(await client().disconnect('victim/messages/1')).toMatchObject({ closed: 0 });
    expect(await client().message('victim', 1)).toMatchObject({ state: 'stored' });
  });

  test('is asked as an HTTP API by the command, which has it from the outputs', async () => {
    const file = await outputsFile(stack.stack.outputs);
    const browser = await stack.browser('by/command');
    const { exitCode, output } = await uidpush(['--outputs', file, 'kick', 'by/command']);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('1') });
    await browser.closed;
  });

  test('serves plain requests for plain uids', async () => {
    await stack.browser('plain');
    expect(await stack.json('GET', 'uids/plain')).toMatchObject({ online: true });
  });

  test('is what the text endpoint pushes to', async () => {
    const browser = await stack.browser('by a line');
    expect(await stack.answersTo('{"uid":"by a line"}')).toEqual(['ok']);
    await expect.poll(() => browser.next(), patience).toBe('{"uid":"by a line"}');
  });
});
