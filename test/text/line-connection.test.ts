import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog, LogLevel } from '../../protocol/log-line.ts';
import { defaultTextLimits } from '../../text/limits.ts';
import { LineConnection } from '../../text/line-connection.ts';
import { PushSide } from './push-side.ts';
import { Sender } from './sender.ts';

describe('a connection', () => {
  let connection: LineConnection;
  let socket: Socket;
  let sender: Sender;
  let pushSide: PushSide;

  /**
   * Over a local socket: the operating system keeps some hundred kilobytes of what is sent on it, of TCP it keeps
   * megabytes.
   */
  async function open(idleTimeoutMs = defaultTextLimits.idleTimeoutMs): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'line-connection-'));
    const path = join(folder, 'socket');
    const server = createServer({ allowHalfOpen: true }).listen(path);
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    sender = await Sender.connect(path, { reads: false });
    [socket] = await accepted;
    server.close();
    await rm(folder, { recursive: true });

    pushSide = new PushSide();
    connection = new LineConnection(socket, {
      http: pushSide.http,
      limits: { ...defaultTextLimits, maxBatchLines: 100, idleTimeoutMs },
      ttlSeconds: 0,
      secrets: [],
      log: createLog(LogLevel.error, () => {}),
      isTracing: false,
    });
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await setImmediate();
  }

  afterEach(() => {
    sender.socket.destroy();
    connection.destroy();
  });

  it('pushes lines and envelopes one after the other, and answers them in order', async () => {
    await open();
    pushSide.answer = (line) => ({
      uid: 'u',
      delivered: line.includes('nobody') ? 0 : 1,
      gone: 0,
      failed: 0,
    });
    sender.read();
    sender.send(
      '{"uid":"a"}\n{"uids":["b"],"message":{}}\n{"uids":["nobody"],"message":{}}\n{"uid":"c"}\n{}\n' +
        '{"group":"g","message":{ "n":1.0}}\n{"group":"nobody","message":{}}\n',
    );

    expect(await sender.answers(7)).toEqual(['ok', 'ok', 'fail', 'ok', 'fail', 'ok', 'fail']);
    expect(pushSide.requests).toEqual([
      ['{"uid":"a"}'],
      ['{"uids":["b"]} {}'],
      ['{"uids":["nobody"]} {}'],
      ['{"uid":"c"}'],
      ['g { "n":1.0}'],
      ['nobody {}'],
    ]);
    expect(pushSide.mostAtOnce).toBe(1);
  });

  it('reads no further while a batch is on its way and the next one is full', async () => {
    await open();
    pushSide.hold();
    sender.send(`{"uid":"u1","x":"${'x'.repeat(80)}"}\n`.repeat(20_000));
    await until(() => socket.isPaused());
    expect(pushSide.requests.map((lines) => lines.length)).toEqual([100]);
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    expect(socket.readableLength).toBeLessThan(200_000);

    sender.read();
    sender.socket.end();
    pushSide.release();
    expect(await sender.answersUntilEnd()).toEqual(Array(20_000).fill('ok'));
    expect(pushSide.requests.every((lines) => lines.length <= 100)).toBe(true);
  });

  it('reads no further while the sender does not read its answers, and goes on when it does', async () => {
    await open();
    const lines = 100_000;
    sender.send('true\n'.repeat(lines));
    let mostUnsentBytes = 0;
    await until(() => {
      mostUnsentBytes = Math.max(mostUnsentBytes, socket.writableLength);
      return socket.isPaused() && socket.writableNeedDrain;
    });
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    expect(mostUnsentBytes).toBeLessThan(socket.writableHighWaterMark + 100 * 'fail\n'.length);

    let answerBytes = 0;
    sender.socket.on('data', (chunk) => {
      answerBytes += chunk.length;
    });
    sender.socket.end();
    await sender.closed;
    expect(answerBytes).toBe(lines * 'fail\n'.length);
  });

  it('is closed when the sender reads none of its answers for the idle time', async () => {
    await open(100);
    sender.send('true\n'.repeat(100_000));

    await sender.closed;
    await connection.finished;
  });
});
