import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMEOUT_MS } from '../../client/backend/timeout.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { createLog } from '../../protocol/log-line.ts';
import type { TextLimits } from '../../text/limits.ts';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { delivered, PushSide, toNobody } from './push-side.ts';
import { Sender } from './sender.ts';

let pushSide: PushSide;
let service: TextService;
let logged: object[];

async function start(limits: Partial<TextLimits> = {}): Promise<void> {
  logged = [];
  pushSide = new PushSide();
  service = await startTextService({
    host: '127.0.0.1',
    port: 0,
    http: pushSide.http,
    limits,
    log: createLog('warn', (line) => logged.push(JSON.parse(line))),
  });
}

beforeEach(() => start());
afterEach(async () => {
  vi.useRealTimers();
  await service.stop();
});

const message = '{"uid":"u1"}';

describe('a line', () => {
  it('is answered ok when it was delivered', async () => {
    const sender = await Sender.connect(service.port);
    sender.send('{ "uid" : "u1",  "hi":1.0 }\n');

    expect(await sender.answers(1)).toEqual(['ok']);
    expect(pushSide.lines).toEqual(['{ "uid" : "u1",  "hi":1.0 }']);
  });

  it('is answered fail when nobody is registered as its uid', async () => {
    pushSide.answer = toNobody;
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`);

    expect(await sender.answers(1)).toEqual(['fail']);
  });

  it('may end with CRLF', async () => {
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\r\n`);

    expect(await sender.answers(1)).toEqual(['ok']);
    expect(pushSide.lines).toEqual([message]);
  });

  it('may come byte by byte', async () => {
    const sender = await Sender.connect(service.port);
    for (const byte of Buffer.from(`${message}\n[]\r\n${message}\n`)) {
      await new Promise((resolve) => sender.socket.write(Buffer.of(byte), resolve));
    }

    expect(await sender.answers(3)).toEqual(['ok', 'fail', 'ok']);
  });

  it('may have 131,072 bytes; one byte more is a fail, and the lines after it are read', async () => {
    const longest = `{"uid":"u1","x":"${'x'.repeat(MAX_MESSAGE_BYTES - 19)}"}`;
    const sender = await Sender.connect(service.port);
    sender.send(`${longest}\n${longest} \n${message}\n`);

    expect(await sender.answers(3)).toEqual(['ok', 'fail', 'ok']);
    expect(pushSide.lines).toEqual([longest, message]);
  });

  it('is no line without its newline', async () => {
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n${message}`);
    sender.socket.end();

    expect(await sender.answersUntilEnd()).toEqual(['ok']);
    expect(pushSide.lines).toHaveLength(1);
  });
});

describe('a line that is no message', () => {
  it.each([
    ['{oops', '{oops'],
    ['an array', '[]'],
    ['a number', '5'],
    ['null', 'null'],
    ['an empty line', ''],
    ['an array as uid', '{"uid":[1]}'],
    ['an object as uid', '{"uid":{}}'],
    ['a string', '"abc"'],
    ['a NUL inside a string', '{"uid":"u\x001"}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('(%s) is a fail, is not pushed, and costs no other line', async (_, bad) => {
    const other = await Sender.connect(service.port);
    const sender = await Sender.connect(service.port);
    sender.send(Buffer.concat([`${message}\n`, bad, `\n${message}\n`].map((part) => Buffer.from(part))));

    expect(await sender.answers(3)).toEqual(['ok', 'fail', 'ok']);
    expect(pushSide.lines).toEqual([message, message]);
    other.send(`${message}\n`);
    expect(await other.answers(1)).toEqual(['ok']);
  });

  it('is answered without a request', async () => {
    const sender = await Sender.connect(service.port);
    sender.send('\n\n\n');

    expect(await sender.answers(3)).toEqual(['fail', 'fail', 'fail']);
    expect(pushSide.requests).toEqual([]);
  });
});

describe('many lines', () => {
  it('in one write have one answer each, in order, and are pushed in order', async () => {
    pushSide.answer = (line) => (JSON.parse(line).n % 3 === 0 ? toNobody(line) : delivered(line));
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    const lines = numbers.map((n) => `{"uid":"u1","n":${n}}`);
    const sender = await Sender.connect(service.port);
    sender.send(`${lines.join('\n')}\n`);

    expect(await sender.answers(500)).toEqual(numbers.map((n) => (n % 3 === 0 ? 'fail' : 'ok')));
    expect(pushSide.lines).toEqual(lines);
  });

  it('that come while a request is under way leave together as the next', async () => {
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send('{"uid":"a"}\n');
    await pushSide.received(1);
    sender.send('{"uid":"b"}\n[]\n');
    sender.send('{"uid":"c"}\n');
    // A later sender's request shows that the lines before it have been received.
    const later = await Sender.connect(service.port);
    later.send('{"uid":"later"}\n');
    await pushSide.received(2);
    pushSide.release();

    expect(await sender.answers(4)).toEqual(['ok', 'ok', 'fail', 'ok']);
    expect(pushSide.requests).toEqual([['{"uid":"a"}'], ['{"uid":"later"}'], ['{"uid":"b"}', '{"uid":"c"}']]);
  });

  it('of one sender are one request at a time', async () => {
    await service.stop();
    await start({ maxBatchLines: 2 });
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`.repeat(9));

    expect(await sender.answers(9)).toEqual(Array(9).fill('ok'));
    expect(pushSide.requests.map((lines) => lines.length)).toEqual([2, 2, 2, 2, 1]);
    expect(pushSide.mostAtOnce).toBe(1);
  });

  it('of different senders do not wait for each other', async () => {
    pushSide.hold();
    const senders = await Promise.all([Sender.connect(service.port), Sender.connect(service.port)]);
    for (const sender of senders) sender.send(`${message}\n`);
    await pushSide.received(2);
    pushSide.release();

    for (const sender of senders) expect(await sender.answers(1)).toEqual(['ok']);
    expect(pushSide.mostAtOnce).toBe(2);
  });

  it('leave in requests of at most the limit of bytes', async () => {
    const large = `{"uid":"u1","x":"${'x'.repeat(100_000)}"}`;
    const sender = await Sender.connect(service.port);
    sender.send(`${large}\n`.repeat(40));

    expect(await sender.answers(40)).toEqual(Array(40).fill('ok'));
    for (const lines of pushSide.requests) expect(lines.join('\n').length).toBeLessThanOrEqual(1_048_584);
  });
});

describe('when the push side', () => {
  it.each([
    ['is down', { outage: () => Promise.reject(new TypeError('fetch failed')) }, 'unreachable'],
    ['is too slow', { outage: () => new Promise<Response>(() => {}) }, 'timed-out'],
    ['answers nonsense', { outage: async () => new Response('nonsense') }, 'unexpected-answer'],
    ['can’t be asked for a reason nobody thought of', { fault: new Error('{"uid":"u1"}') }, 'unknown'],
    ['can’t be asked for a fault of a program', { fault: new TypeError('u1 is not a function') }, 'unknown'],
  ])('%s, every line is a fail, and the next ones go through once it is back', async (_, broken, code) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sender = await Sender.connect(service.port);
    Object.assign(pushSide, broken);
    sender.send(`${message}\n${message}\n`);
    if (code === 'timed-out') {
      await pushSide.received(1);
      vi.advanceTimersByTime(DEFAULT_TIMEOUT_MS);
    }
    expect(await sender.answers(2)).toEqual(['fail', 'fail']);

    Object.assign(pushSide, { outage: undefined, fault: undefined });
    sender.send(`${message}\n`);
    expect(await sender.answers(1)).toEqual(['ok']);
    expect(logged[0]).toMatchObject({ level: 'error', event: 'push-failed', code });
  });

  it('refuses it, as AWS does, the log says what AWS says', async () => {
    const headers = { 'x-amzn-errortype': 'AccessDeniedException' };
    pushSide.outage = async () =>
      new Response('{"Message":"{uid:u1} is not for you"}', { status: 403, headers });
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`);
    await sender.answers(1);

    expect(logged[0]).toMatchObject({
      event: 'push-failed',
      code: 'unexpected-status',
      status: 403,
      error: 'AccessDeniedException',
    });
    expect(JSON.stringify(logged[0])).not.toContain('uid');
  });
});

describe('a sender', () => {
  it('that has ended its side still gets its answers, and then the end', async () => {
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`.repeat(3));
    sender.socket.end();
    // By the time that a later sender is served the service has seen the first one end.
    const later = await Sender.connect(service.port);
    later.send('\n');
    await later.answers(1);
    pushSide.release();

    expect(await sender.answersUntilEnd()).toEqual(['ok', 'ok', 'ok']);
  });

  it.each([
    ['closing', (sender: Sender) => sender.socket.destroy()],
    ['resetting', (sender: Sender) => sender.socket.resetAndDestroy()],
  ])('that leaves by %s, without reading its answers, has its lines delivered', async (_, leave) => {
    await service.stop();
    await start({ maxBatchLines: 2 });
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send('{"uid":"a"}\n{"uid":"b"}\n{"uid":"c"}\n');
    await pushSide.received(1);
    leave(sender);
    // By the time that a later sender is served the service has seen the first one leave.
    const later = await Sender.connect(service.port);
    later.send('\n');
    await later.answers(1);
    expect(service.connectionCount).toBe(2);
    pushSide.release();
    await pushSide.received(2);

    expect(pushSide.lines).toEqual(['{"uid":"a"}', '{"uid":"b"}', '{"uid":"c"}']);
    await service.stop();
    expect(service.connectionCount).toBe(0);
  });

  it('that leaves in the middle of a line harms nobody', async () => {
    const other = await Sender.connect(service.port);
    const leaving = connect(service.port, '127.0.0.1');
    leaving.write('{"uid":"u', () => leaving.resetAndDestroy());
    other.send(`${message}\n`);

    expect(await other.answers(1)).toEqual(['ok']);
    expect(pushSide.lines).toEqual([message]);
  });
});
