import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { patience } from '../support/patience.ts';

const anyPorts = ['--ws-port', '0', '--text-port', '0', '--http-port', '0'];

/** What a person types who is in this folder, with a folder of its own for what the stack puts aside. */
function scene() {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'npm-start-'));
  onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
  const logFile = join(temporaryDirectory, 'log');
  const log = openSync(logFile, 'w');
  const npmStart = ['npm', 'start', '--', ...anyPorts, '--assembly', inject('assemblyDirectory')];
  const options = {
    env: { ...process.env, TMPDIR: temporaryDirectory, npm_config_update_notifier: 'false' },
    detached: true,
  };
  /** Resolves when the stack is ready, with its ports and its process. */
  const ready = async () => {
    const line = () => /^ready (.*)$/m.exec(readFileSync(logFile, 'utf8'))?.[1];
    await expect.poll(line, patience).toBeDefined();
    const { WebSocketUrl, PushUrl, TextEndpoint } = JSON.parse(line()!);
    return [WebSocketUrl, PushUrl, TextEndpoint].map((address) => Number(/:(\d+)\/?$/.exec(address)?.[1]));
  };
  const leftBehind = () => readdirSync(temporaryDirectory).filter((name) => name.startsWith('uidpush-'));
  return { npmStart, options, log, ready, leftBehind };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const anyListens = async (ports: number[]) => (await Promise.all(ports.map(listens))).includes(true);

describe('npm start', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'whose npm gets %s ends with its stack, which leaves nothing behind',
    async (signal) => {
      const { npmStart, options, log, ready, leftBehind } = scene();
      const [npm = '', ...args] = npmStart;
      const child = spawn(npm, args, { ...options, stdio: ['ignore', log, log] });
      onTestFinished(() => killGroup(child.pid!));
      const ports = await ready();
      const ended = once(child, 'exit');
      child.kill(signal);

      const [exitCode] = await ended;
      // What can be caught is passed on, and npm waits: the next start finds the ports free.
      if (signal === 'SIGTERM' || signal === 'SIGINT') {
        expect({ exitCode, listens: await anyListens(ports) }).toEqual({ exitCode: 0, listens: false });
      }
      await expect.poll(() => anyListens(ports), patience).toBe(false);
      await expect.poll(leftBehind, patience).toEqual([]);
    },
  );

  test('on a terminal whose Ctrl-C it gets with its npm, which passes it on once more, stops in its turn', async () => {
    const { npmStart, options, log, ready, leftBehind } = scene();
    const [npm = '', ...args] = npmStart;
    const child = spawn(npm, args, { ...options, stdio: ['ignore', log, log] });
    onTestFinished(() => killGroup(child.pid!));
    const ports = await ready();
    const ended = once(child, 'exit');
    process.kill(-child.pid!, 'SIGINT');

    expect(await ended).toEqual([0, null]);
    expect({ listens: await anyListens(ports), leftBehind: leftBehind() }).toEqual({
      listens: false,
      leftBehind: [],
    });
  });

  test.each(['', 'nohup', 'setsid'])(
    'in the background of a script (%s) outlives the script',
    async (launcher) => {
      const { npmStart, options, log, ready } = scene();
      const script = `${launcher} ${npmStart.join(' ')} < /dev/null >&3 2>&3 & echo $!`;
      const shell = spawn('sh', ['-c', script], { ...options, stdio: ['ignore', 'pipe', 'inherit', log] });
      const npm = Number(await text(shell.stdout!));
      onTestFinished(() => killGroup(npm));
      onTestFinished(() => killGroup(shell.pid!));

      // Its shell has ended long before.
      const ports = await ready();
      expect(await anyListens(ports)).toBe(true);
      process.kill(npm, 'SIGTERM');
      await expect.poll(() => anyListens(ports), patience).toBe(false);
    },
  );
});

/** What a failed test would leave running. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended, or leads no group.
  }
}
