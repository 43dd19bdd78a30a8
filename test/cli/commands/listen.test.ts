import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listen } from '../../../cli/commands/listen.ts';
import { createToken } from '../../../client/backend/create-token.ts';
import { patience, type RunningStack, runStack } from '../../e2e/running-stack.ts';
import { startUidpush, uidpush } from '../uidpush.ts';

/** Eight seconds are left of each connection's two hours when it opens. */
const claimed = runStack({ lifetimeMs: 8_000 });
claimed.faults.lateEndMs = patience.timeout;
/** A connection may be silent for three seconds, in place of ten minutes. */
const impatient = runStack({ idleTimeoutMs: 3_000 });
const token = runStack({ identity: 'token' });

/** The command, once it has said that it listens. */
async function listening(stack: RunningStack, args: string[], environment: Record<string, string> = {}) {
  const command = startUidpush(['listen', ...args], {
    UIDPUSH_WEBSOCKET_URL: stack.stack.outputs.WebSocketUrl,
    ...environment,
  });
  let notes = '';
  command.child.stderr.on('data', (chunk) => {
    notes += chunk;
  });
  await expect.poll(() => notes, patience).toContain('Listening as ');
  return { ...command, notes: () => notes };
}

const tokenSecret = () => token.stack.secretValue(String(token.stack.outputs.TokenSecretName));

describe('uidpush listen', () => {
  it('is registered when it says so, and prints each message as it was sent', async () => {
    const { notes, ended } = await listening(claimed, ['ü 1', '--count', '2']);
    expect(notes()).toBe('Listening as ü 1. Ctrl-C ends it.\n');
    expect(await claimed.push('{"uid":"ü 1", "n": 9007199254740993}')).toMatchObject({ delivered: 1 });
    await claimed.push('{"uid":"ü 1","n":2}');

    expect(await ended).toMatchObject({
      exitCode: 0,
      output: '{"uid":"ü 1", "n": 9007199254740993}\n{"uid":"ü 1","n":2}\n',
    });
  });

  it('with --json prints lines with ids', async () => {
    const { ended } = await listening(claimed, ['json', '--count', '1', '--json']);
    await claimed.push('{"uid":"json","n":1.0}');
    const { output } = await ended;
    expect(JSON.parse(output)).toEqual({ id: expect.any(String), text: '{"uid":"json","n":1.0}' });
  });

  it('ends with 3 and the address, without a password in it, when nothing answers', async () => {
    const address = (user: string) => `ws://${user}127.0.0.1:1/a@b`;
    expect(await uidpush(['listen', 'u1'], { UIDPUSH_WEBSOCKET_URL: address('me:pass-word@') })).toEqual({
      exitCode: 3,
      output: '',
      notes: expect.stringContaining(`uidpush: ${address('')} can't be listened to (unreachable)`),
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with 0 on %s', async (signal) => {
    const { child, ended } = await listening(claimed, ['stopped']);
    child.kill(signal);
    expect(await ended).toMatchObject({ exitCode: 0, output: '' });
  });

  it('ends with 1 when fewer messages came than were wanted', async () => {
    const { child, ended } = await listening(claimed, ['waiting', '--count', '1']);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ exitCode: 1 });
  });

  it('ends with its own exit code when nobody reads it any more', async () => {
    const { child, ended } = await listening(claimed, ['unread']);
    ended.catch(() => {});
    const exited = once(child, 'exit');
    child.stdout.destroy();
    await claimed.push('{"uid":"unread"}');
    expect(await exited).toEqual([0, null]);
  });

  it('outlives the end of its connections, and says so only when there was a gap', async () => {
    const { notes, ended } = await listening(claimed, ['lasting', '--count', '1']);
    const before = claimed.stack.gateway.connectionIds();
    const isReplaced = () => claimed.stack.gateway.connectionIds().some((id) => !before.includes(id));
    await expect.poll(isReplaced, patience).toBe(true);
    await expect.poll(async () => claimed.connectionsOf('lasting'), patience).toBeGreaterThan(0);
    await claimed.push('{"uid":"lasting"}');
    expect(await ended).toMatchObject({ exitCode: 0, output: '{"uid":"lasting"}\n' });
    expect(notes()).not.toContain('lost');
  });

  it('connects again, and says so, when its connection is lost', async () => {
    const { child, notes } = await listening(claimed, ['killed']);
    for (const id of claimed.stack.gateway.connectionIds()) claimed.stack.gateway.killSocket(id);
    await expect.poll(notes, patience).toContain('The connection is lost (connection-lost); trying again …');
    await expect.poll(notes, patience).toContain('Listening as killed again.');
    child.kill('SIGINT');
  });

  it('ends with 3, and the reason, when it is kicked', async () => {
    const { ended } = await listening(claimed, ['kicked']);
    await claimed.json('DELETE', 'uids/kicked');
    expect(await ended).toMatchObject({ exitCode: 3, notes: expect.stringContaining('(disconnected)') });
  });

  it('ends with 3 when there is nothing to listen to', async () => {
    const { exitCode, notes } = await uidpush(['listen', 'u1'], {
      UIDPUSH_WEBSOCKET_URL: 'ws://127.0.0.1:1',
    });
    expect(exitCode).toBe(3);
    expect(notes).toMatch(/^uidpush: ws:\/\/127.0.0.1:1 .*ECONNREFUSED.*\n$/);
  });

  it('ends with 2 when its address is none', async () => {
    const { exitCode, notes } = await uidpush(['listen', 'u1'], {
      UIDPUSH_WEBSOCKET_URL: 'http://127.0.0.1/',
    });
    expect(exitCode).toBe(2);
    expect(notes).toMatch(/^uidpush: .*\n$/);
  });

  it('tests a silent connection, which would be closed otherwise', async () => {
    const stopped = new AbortController();
    const command = listen(
      impatient.stack.outputs.WebSocketUrl,
      { identity: 'claimed', credential: () => 'tested', lasts: true },
      { json: false, signal: stopped.signal, heartbeatMs: 1_000 },
    );
    await expect.poll(() => impatient.connectionsOf('tested'), patience).toBe(1);
    const ids = impatient.stack.gateway.connectionIds();
    // One that is opened later, and is silent, is closed first.
    await (await impatient.socket()).closed;
    expect(impatient.stack.gateway.connectionIds()).toEqual(ids);
    stopped.abort();
    expect(await command).toBe(0);
  });
});

describe('where uids are proven, uidpush listen', () => {
  it('ends with 3 for a bare uid, and says what is needed', async () => {
    const { exitCode, notes } = await uidpush(['listen', 'u1'], {
      UIDPUSH_WEBSOCKET_URL: token.stack.outputs.WebSocketUrl,
    });
    expect(exitCode).toBe(3);
    expect(notes).toMatch(/^uidpush: The service refused .*UIDPUSH_TOKEN_SECRET\.\n$/);
  });

  it('makes its own tokens with the secret of the environment', async () => {
    const { child, notes } = await listening(token, ['u1'], { UIDPUSH_TOKEN_SECRET: tokenSecret() });
    expect(notes()).toBe('Listening as u1. Ctrl-C ends it.\n');
    child.kill('SIGINT');
  });

  it.each(['argument', 'environment'])('takes a token as its %s, and never prints it', async (way) => {
    const jwt = await createToken({ uid: 'u2', secret: tokenSecret() });
    const { child, ended } =
      way === 'argument' ? await listening(token, [jwt]) : await listening(token, [], { UIDPUSH_TOKEN: jwt });
    child.kill('SIGINT');
    const { exitCode, notes } = await ended;
    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: 'Listening as u2. Ctrl-C ends it.\n' });
  });

  it('ends with 3 for a token that is refused, without printing it', async () => {
    const jwt = await createToken({ uid: 'u2', secret: 'another-secret' });
    const { exitCode, notes } = await uidpush(['listen', jwt], {
      UIDPUSH_WEBSOCKET_URL: token.stack.outputs.WebSocketUrl,
    });
    expect(exitCode).toBe(3);
    expect(notes).toContain('(token-signature)');
    expect(notes).not.toContain('eyJ');
  });
});
