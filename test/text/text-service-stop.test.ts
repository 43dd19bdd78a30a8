import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../protocol/log-line.ts';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { delivered, PushSide } from './push-side.ts';
import { Sender } from './sender.ts';

const message = '{"uid":"u1"}';
let pushSide: PushSide;
let service: TextService;

beforeEach(async () => {
  pushSide = new PushSide();
  service = await startTextService({
    host: '127.0.0.1',
    port: 0,
    http: pushSide.http,
    limits: { maxBatchLines: 50, lingerMs: 500, stopDeadlineMs: 60_000 },
    log: createLog('error', () => {}),
  });
});
afterEach(() => service.stop());

describe('stopping the text service', () => {
  it('finishes and answers the lines that it has accepted, then ends the connection', async () => {
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`.repeat(120));
    await pushSide.received(1);
    const stopped = service.stop();
    pushSide.release();

    expect(await sender.answersUntilEnd()).toEqual(Array(120).fill('ok'));
    await stopped;
    expect(pushSide.lines).toHaveLength(120);
    expect(service.connectionCount).toBe(0);
  });

  it('under load answers every line that it has pushed, on every connection', async () => {
    const pushedBy = new Map<string, number>();
    pushSide.answer = (line) => {
      pushedBy.set(line, (pushedBy.get(line) ?? 0) + 1);
      return delivered(line);
    };
    await service.stop();
    service = await startTextService({
      host: '127.0.0.1',
      port: 0,
      http: pushSide.http,
      limits: { maxBatchLines: 50 },
    });
    const senders = await Promise.all(Array.from({ length: 8 }, () => Sender.connect(service.port)));
    for (const [index, sender] of senders.entries()) {
      const lines = `{"uid":"u${index}"}\n`.repeat(1_000);
      const sendMore = () => {
        while (sender.socket.writable && sender.socket.write(lines));
      };
      sender.socket.on('drain', sendMore);
      sendMore();
    }
    await Promise.all(senders.map((sender) => sender.answers(500)));
    await service.stop();

    for (const [index, sender] of senders.entries()) {
      const rest = await sender.answersUntilEnd();
      expect(rest.every((answer) => answer === 'ok')).toBe(true);
      expect(500 + rest.length).toBe(pushedBy.get(`{"uid":"u${index}"}`));
    }
  });

  it('accepts no line that comes later', async () => {
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`);
    await pushSide.received(1);
    const stopped = service.stop();
    sender.send('{"uid":"late"}\n');
    pushSide.release();

    expect(await sender.answersUntilEnd()).toEqual(['ok']);
    await stopped;
    expect(pushSide.lines).toEqual([message]);
  });

  it('ends connections cleanly, also when the sender sends on', async () => {
    pushSide.hold();
    const socket = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(`${message}\n`);
    await pushSide.received(1);
    const stopped = service.stop();
    pushSide.release();
    const [answer] = await once(socket, 'data');
    await once(socket, 'end');
    for (let i = 0; i < 3; i++) await new Promise((resolve) => socket.write('{"uid":"late"}\n', resolve));
    socket.end();
    const [hadError] = await once(socket, 'close');
    await stopped;

    expect(String(answer)).toBe('ok\n');
    expect(hadError).toBe(false);
  });

  it('accepts no connection any more', async () => {
    await service.stop();
    const [error] = await once(connect(service.port, '127.0.0.1'), 'error');

    expect(error.code).toBe('ECONNREFUSED');
  });

  it('does not wait for senders that keep their side open', async () => {
    const sender = await Sender.connect(service.port, { reads: false });
    sender.send(`${message}\n`);
    await pushSide.received(1);
    await service.stop();

    expect(service.connectionCount).toBe(0);
    sender.socket.destroy();
  });

  it('delivers the lines of a sender that has left', async () => {
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`.repeat(80));
    await pushSide.received(1);
    sender.socket.resetAndDestroy();
    const stopped = service.stop();
    pushSide.release();
    await stopped;

    expect(pushSide.lines).toHaveLength(80);
  });

  it('gives up at the deadline when the push side never answers', async () => {
    pushSide.hold();
    const hanging = await startTextService({
      host: '127.0.0.1',
      port: 0,
      http: pushSide.http,
      limits: { stopDeadlineMs: 20 },
    });
    const sender = await Sender.connect(hanging.port);
    sender.send(`${message}\n`);
    await pushSide.received(1);
    await hanging.stop();

    expect(await sender.answersUntilEnd()).toEqual([]);
  });

  it('twice is the same as once', async () => {
    expect(service.stop()).toBe(service.stop());
    await service.stop();
  });
});

it('starting on a port in use is an error of the system, not a crash', async () => {
  const second = startTextService({
    host: '127.0.0.1',
    port: service.port,
    http: pushSide.http,
  });

  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
