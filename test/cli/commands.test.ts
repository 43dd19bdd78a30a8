import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { broadcast as broadcastCommand } from '../../cli/commands/broadcast.ts';
import { createPushClient } from '../../client/backend/push-client.ts';
import { PushUrl } from '../client/backend/push-url.ts';
import { uidpush } from './uidpush.ts';

let pushUrl: PushUrl;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
});
afterEach(() => pushUrl.stop());

function run(...args: string[]) {
  return uidpush(args, { UIDPUSH_PUSH_URL: pushUrl.url });
}

/** What was asked, as `METHOD path`. */
function asked(): string[] {
  return pushUrl.requests.map(({ method, path }) => `${method} ${path}`);
}

function result(delivered: number): string {
  return `{"uid":"u1","delivered":${delivered},"gone":0,"failed":0}`;
}

describe('uidpush push', () => {
  it('sends the message to the uid, and ends with 0 when somebody got it', async () => {
    pushUrl.answerJson(result(1));
    expect(await run('push', 'u1', '{"id":9007199254740993}')).toEqual({
      exitCode: 0,
      output: `${result(1)}\n`,
      notes: '',
    });
    expect(asked()).toEqual(['POST /push']);
    expect(pushUrl.requests[0]?.body.toString()).toBe('{"uid":"u1","id":9007199254740993}');
  });

  it('ends with 1 when nobody got it', async () => {
    pushUrl.answerJson(result(0));
    expect(await run('push', 'u1', '{}')).toMatchObject({ exitCode: 1, output: `${result(0)}\n` });
  });

  it('stores the message with --ttl, and ends with 0 though nobody got it yet', async () => {
    pushUrl.answerJson('{"uid":"u1","delivered":0,"gone":0,"failed":0,"seq":7,"stored":true}');
    expect(await run('push', 'u1', '{}', '--ttl', '600')).toMatchObject({ exitCode: 0 });
    expect(pushUrl.requests[0]?.headers.ttl).toBe('600');
  });

  it('ends with 2, and sends nothing, when the message can not be sent', async () => {
    expect(await run('push', 'u1', '[1]')).toEqual({
      exitCode: 2,
      output: '',
      notes: 'uidpush: the message is an array, not a JSON object.\n',
    });
    expect(asked()).toEqual([]);
  });

  it('ends with 3, and says what the service said, when it refuses', async () => {
    pushUrl.answer = (response) => {
      response.writeHead(401, { 'content-type': 'application/problem+json' });
      response.end('{"code":"unauthorised","detail":"the request bears no valid secret"}');
    };
    const { exitCode, notes } = await run('push', 'u1', '{}');

    expect(exitCode).toBe(3);
    expect(notes).toContain('the request bears no valid secret. Set UIDPUSH_SECRET');
  });

  it('ends with 3 and the address when nothing answers', async () => {
    await pushUrl.stop();
    const { exitCode, notes } = await run('push', 'u1', '{}');
    const { url } = pushUrl;
    pushUrl = await PushUrl.start();

    expect(exitCode).toBe(3);
    expect(notes).toContain(url);
  });

  it('bears the secret of the environment', async () => {
    pushUrl.answerJson(result(1));
    await uidpush(['push', 'u1', '{}'], { UIDPUSH_PUSH_URL: pushUrl.url, UIDPUSH_SECRET: 'a-secret' });

    expect(pushUrl.requests[0]?.headers.authorization).toBe('Bearer a-secret');
  });
});

describe('uidpush broadcast', () => {
  const broadcast = '11111111-1111-4111-8111-111111111111';
  const running = {
    broadcast,
    state: 'running',
    delivered: 1,
    gone: 0,
    failed: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const finished = { ...running, state: 'finished', delivered: 3, finishedAt: '2026-01-01T00:00:01.000Z' };

  it('asks soon whether it is finished, then less and less often, but once a second', async () => {
    const times = 30;
    const answers = Array.from({ length: times }, () => JSON.stringify(running));
    pushUrl.answerJson(JSON.stringify({ broadcast }), ...answers, JSON.stringify(finished));
    const pauses: number[] = [];
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    await broadcastCommand(createPushClient({ url: pushUrl.url }), 'Hello!', 900_000, sleep);

    expect(pauses).toHaveLength(times);
    // What ends right after a look is noticed no later than half the time that it took.
    let waited = 0;
    for (const pause of pauses) {
      expect(pause).toBeLessThanOrEqual(Math.min(50 + waited / 2, 1_000));
      waited += pause;
    }
    expect(pauses.at(-1)).toBe(1_000);
  });

  it('waits until the broadcast is finished, without a progress bar where nobody watches', async () => {
    pushUrl.answerJson(JSON.stringify({ broadcast }), JSON.stringify(running), JSON.stringify(finished));
    expect(await run('broadcast', 'Hello!')).toEqual({
      exitCode: 0,
      output: `${JSON.stringify(finished)}\n`,
      notes: '',
    });
    const status = `GET /broadcasts/${broadcast}`;
    expect(asked()).toEqual(['POST /broadcast', status, status]);
    expect(pushUrl.requests[0]?.body.toString()).toBe('Hello!');
  });

  it('ends with 1 when there was nobody', async () => {
    pushUrl.answerJson(JSON.stringify({ broadcast }), JSON.stringify({ ...finished, delivered: 0 }));
    expect(await run('broadcast', 'Hello!')).toMatchObject({ exitCode: 1 });
  });

  it('with --wait 0 prints the id at once', async () => {
    pushUrl.answerJson(JSON.stringify({ broadcast }));
    expect(await run('broadcast', 'Hello!', '--wait', '0')).toMatchObject({
      exitCode: 0,
      output: `{"broadcast":"${broadcast}"}\n`,
    });
  });
});

describe('uidpush online', () => {
  it.each([
    [true, 0],
    [false, 1],
  ])('of a uid for which online is %s ends with %i', async (online, exitCode) => {
    const presence = JSON.stringify({ uid: 'a/b', online, connections: [] });
    pushUrl.answerJson(presence);
    expect(await run('online', 'a/b')).toMatchObject({ exitCode, output: `${presence}\n` });
    expect(asked()).toEqual(['GET /uids/a%2Fb']);
  });

  it('prints a line for each uid, of all pages', async () => {
    pushUrl.answerJson(
      '{"uids":[{"uid":"u1","connections":1}],"after":"u 1"}',
      '{"uids":[{"uid":"u2","connections":2}]}',
    );
    expect(await run('online')).toMatchObject({
      exitCode: 0,
      output: '{"uid":"u1","connections":1}\n{"uid":"u2","connections":2}\n',
    });
    expect(asked()).toEqual(['GET /uids?limit=1000', 'GET /uids?limit=1000&after=u%201']);
  });
});

describe('uidpush kick', () => {
  it.each([
    ['closed', { closed: 1, gone: 0, failed: 0 }, 0],
    ['found', { closed: 0, gone: 0, failed: 0 }, 1],
    ['left open', { closed: 1, gone: 0, failed: 1 }, 3],
  ])('by what was %s ends with its exit code', async (_, counts, exitCode) => {
    pushUrl.answerJson(JSON.stringify({ uid: 'u1', ...counts }));
    expect(await run('kick', 'u1', '--except', 'a=')).toMatchObject({ exitCode });
    expect(asked()).toEqual(['DELETE /uids/u1?except=a%3D']);
  });
});

describe('the deployment', () => {
  it.each([
    ['of cdk deploy', (outputs: object) => ({ Uidpush: { ...outputs, Other: 'x' } })],
    ['of the local stack', (outputs: object) => outputs],
  ])('can come from the outputs %s', async (_, wrap) => {
    const folder = await mkdtemp(join(tmpdir(), 'outputs-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'outputs.json');
    await writeFile(file, JSON.stringify(wrap({ PushUrl: pushUrl.url, WebSocketUrl: 'ws://127.0.0.1:1' })));
    pushUrl.answerJson(result(1));
    const { exitCode } = await uidpush(['--outputs', file, 'push', 'u1', '{}']);

    expect(exitCode).toBe(0);
  });

  it('can not come from a file that does not tell it', async () => {
    expect(await run('--outputs', 'package.json', 'online')).toMatchObject({
      exitCode: 2,
      notes: 'uidpush: package.json: it has no PushUrl and WebSocketUrl of a stack.\n',
    });
  });
});

describe('the command line', () => {
  it('explains itself with exit codes and examples', async () => {
    const { exitCode, output } = await run('--help');

    expect(exitCode).toBe(0);
    expect(output).toContain('Exit codes:');
    for (const command of ['push', 'broadcast', 'online', 'kick', 'listen'])
      expect(output).toContain(`  ${command} `);
  });

  it.each([
    [['nonsense']],
    [['push', 'u1']],
    [['listen', 'u1', '--count', '0']],
    [['listen', '']],
    [['online', '..']],
  ])('ends with 2 for %j', async (args) => {
    const { exitCode, output, notes } = await run(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(notes).not.toBe('');
  });
});
