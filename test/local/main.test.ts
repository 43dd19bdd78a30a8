import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { QueueingClient } from '../support/queueing-client.ts';

const anyPorts = ['--ws-port', '0', '--text-port', '0', '--http-port', '0'];

/** Runs the command of `npm start`, without npm. */
function run(...args: string[]) {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'main-'));
  onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
  const command = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    // What a person may have set for other things must not matter.
    env: {
      ...process.env,
      AWS_PROFILE: 'no-such-profile',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1/',
      TMPDIR: temporaryDirectory,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    command.kill('SIGKILL');
  });
  const lines: string[] = [];
  const errors: string[] = [];
  const stdout = createInterface({ input: command.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: command.stderr }).on('line', (line) => errors.push(line));
  // Nothing makes the process exit: it ends when nothing is left running in it.
  const ended = once(command, 'close').then(([exitCode]) => ({ exitCode, errors }));
  const lineWith = async (start: string) => {
    for (let found: string | undefined; ; await once(stdout, 'line')) {
      found = lines.find((line) => line.startsWith(start));
      if (found !== undefined) return found;
    }
  };
  return {
    temporaryDirectory,
    lines,
    lineWith,
    ended,
    kill: (signal: NodeJS.Signals) => command.kill(signal),
  };
}

/** A port that something else listens on. */
async function portInUse(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

describe('npm start', () => {
  const assembly = () => ['--assembly', inject('assemblyDirectory')];

  test.each(['SIGINT', 'SIGTERM'] as const)('says what to do next, and ends with 0 on %s', async (signal) => {
    const { temporaryDirectory, lines, lineWith, ended, kill } = run(...anyPorts, ...assembly());
    const ready = await lineWith('ready ');
    const outputs = JSON.parse(ready.slice('ready '.length)) as Record<string, string>;
    expect(Object.keys(outputs)).toEqual([
      'WebSocketUrl',
      'PushUrl',
      'PushUrlKind',
      'TextEndpoint',
      'UidHashKey',
      'PageUrl',
    ]);

    const advice = lines.join('\n');
    expect(advice).toContain(`${outputs.PushUrl}push`);
    expect(advice).toContain(`nc -q1 ${outputs.TextEndpoint?.replace(':', ' ')}`);
    expect(advice).toContain(outputs.PageUrl);
    expect(advice).toContain('anyone can claim any uid');
    expect((await fetch(String(outputs.PageUrl))).status).toBe(200);

    kill(signal);
    expect(await ended).toEqual({ exitCode: 0, errors: [] });
    expect(lines.at(-1)).toBe(ready);
    expect(readdirSync(temporaryDirectory).filter((name) => name.startsWith('uidpush-'))).toEqual([]);
  });

  test('prints the secret that callers of the push URL bear, where it is asked for one', async () => {
    const { lines, lineWith, ended, kill } = run(...anyPorts, '--push-auth', 'secret');
    const outputs = JSON.parse((await lineWith('ready ')).slice('ready '.length)) as Record<string, string>;
    expect(outputs).toHaveProperty('PushSecretName');
    const [, header = '', body, url] = /curl -H '([^']+)' -d '([^']+)' (\S+)/.exec(lines.join('\n')) ?? [];
    const [name = '', value = ''] = header.split(': ');
    const push = (headers: Record<string, string>) =>
      fetch(String(url), { method: 'POST', body: String(body), headers });
    expect((await push({ [name]: value })).status).toBe(200);
    expect((await push({})).status).toBe(401);
    kill('SIGTERM');
    expect(await ended).toEqual({ exitCode: 0, errors: [expect.stringContaining('"request-unauthorised"')] });
  });

  test('prints a token and the first message that it is for, where a uid must be proven', async () => {
    const { lines, lineWith, ended, kill } = run(...anyPorts, '--identity', 'token');
    const outputs = JSON.parse((await lineWith('ready ')).slice('ready '.length)) as Record<string, string>;
    expect(outputs).toHaveProperty('TokenSecretName');
    const advice = lines.join('\n');
    expect(advice).toContain('whose first message is its token');
    expect(advice).not.toContain('anyone can claim');

    const browser = await QueueingClient.connect(String(outputs.WebSocketUrl));
    browser.send(await lineWith('{"action":"register"'));
    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', uid: 'u1' });
    expect(await lineWith('{"action":"register"')).toContain(`"${await lineWith('eyJ')}"`);
    await browser.close();
    kill('SIGTERM');
    expect(await ended).toEqual({ exitCode: 0, errors: [] });
  });

  test('ends with 0 when it is told to before it is ready', async () => {
    const { lines, lineWith, ended, kill } = run(...anyPorts);
    const starting = await lineWith('uidpush is starting');
    kill('SIGTERM');
    expect(await ended).toEqual({ exitCode: 0, errors: [] });
    expect(lines).toEqual([starting]);
  });

  test('leaves nothing running even when it is killed', async () => {
    const { lineWith, ended, kill } = run(...anyPorts, ...assembly());
    const ready = await lineWith('ready ');
    const { TextEndpoint } = JSON.parse(ready.slice('ready '.length)) as Record<string, string>;
    const canConnect = () =>
      new Promise((resolve) => {
        const socket = connect(Number(TextEndpoint?.split(':')[1]), '127.0.0.1');
        socket.once('connect', () => socket.destroy()).once('close', (hadError) => resolve(!hadError));
        socket.once('error', () => {});
      });
    expect(await canConnect()).toBe(true);
    kill('SIGKILL');
    await ended;
    await expect.poll(canConnect).toBe(false);
  });

  test('tells in one line which port is in use', async () => {
    const port = await portInUse();
    const { ended } = run(...anyPorts, '--http-port', String(port), ...assembly());
    const problem = `uidpush: port ${port} is in use (--http-port)`;
    expect(await ended).toEqual({ exitCode: 3, errors: [problem] });
  });

  test('tells in one line that the port of the text service is in use', async () => {
    const port = await portInUse();
    const { ended } = run(...anyPorts, '--text-port', String(port), ...assembly());
    expect(await ended).toEqual({
      exitCode: 3,
      errors: [expect.stringMatching(new RegExp(`^uidpush: the text service .*${port} \\(--text-port\\)$`))],
    });
  });

  test('explains its options', async () => {
    const { lines, ended } = run('--help');
    expect(await ended).toEqual({ exitCode: 0, errors: [] });
    expect(lines.join('\n')).toContain('--ws-port <port>');
  });

  test('tells in one line which option is wrong', async () => {
    const { ended } = run('--ws-port', 'http');
    const problem = 'uidpush: --ws-port must be a port from 0 to 65535, not http';
    expect(await ended).toEqual({ exitCode: 2, errors: [problem] });
  });
});
