import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { PushSide } from './push-side.ts';
import { Sender } from './sender.ts';

const message = '{"uid":"u1","evil":1}';

let pushSide: PushSide;
let service: TextService;

async function start(secrets: string[] = []): Promise<void> {
  pushSide = new PushSide();
  service = await startTextService({
    host: '127.0.0.1',
    port: 0,
    http: pushSide.http,
    secrets,
  });
}

/** The answers to what is sent, which the service must end by itself. */
async function answersTo(...pieces: (string | Uint8Array)[]): Promise<string[]> {
  const sender = await Sender.connect(service.port);
  for (const piece of pieces) {
    sender.send(piece);
    await new Promise(setImmediate);
  }
  const answers = await sender.answersUntilEnd();
  await sender.closed;
  return answers;
}

beforeEach(() => start());
afterEach(() => service.stop());

describe('a client that speaks HTTP', () => {
  test.each(['POST', 'GET', 'OPTIONS', 'DELETE'])('pushes nothing by fetch: %s', async (method) => {
    const body = method === 'GET' ? {} : { body: `${message}\n` };
    const request = fetch(`http://127.0.0.1:${service.port}/`, { method, ...body });

    await expect(request).rejects.toThrow();
    await service.stop();
    expect(pushSide.lines).toEqual([]);
  });

  test.each([
    'GET / HTTP/1.1',
    'POST /a?b=c HTTP/1.0',
    'OPTIONS * HTTP/1.1',
    'CONNECT host:5678 HTTP/1.1',
    'PRI * HTTP/2.0',
    'GET http://host:5678/ HTTP/1.1',
    'post / HTTP/1.1',
    'M-SEARCH * HTTP/1.1',
    "x!#$%&'*+-.^_`|~0 / HTTP/9.9",
    'GET  /  HTTP/1.1',
    'POST / http/1.1',
    'POST /%7B HTTP/1.1 ',
    'GET /\u00fc HTTP/1.1',
    'POST / HTTP/1.1\r',
  ])('is closed at its request line, and nothing after it is pushed: %j', async (requestLine) => {
    expect(await answersTo(`${requestLine}\n\r\n${message}\n`)).toEqual(['fail']);
    expect(await answersTo(`${requestLine}\n`, '\r\n', `${message}\n`)).toEqual(['fail']);
    expect(pushSide.lines).toEqual([]);
  });

  test('is closed however long its request line is, and in whatever pieces it comes', async () => {
    const tail = [`${'x'.repeat(MAX_MESSAGE_BYTES)} HTTP/1.1\r\n`, `\r\n${message}\n`];

    expect(await answersTo(`POST /${tail.join('')}`)).toEqual(['fail']);
    expect(await answersTo('PO', 'ST', ' ', '/', ...tail)).toEqual(['fail']);
    expect(await answersTo(`get http://host/${tail.join('')}`)).toEqual(['fail']);
    expect(pushSide.lines).toEqual([]);
  });

  test('is closed where a secret is asked for, too, at its first line', async () => {
    await service.stop();
    await start(['right']);

    expect(await answersTo(`POST / HTTP/1.1\n{"secret":"right"}\n${message}\n`)).toEqual(['fail']);
    expect(pushSide.lines).toEqual([]);
  });

  test('gets the answers to the lines before, which are pushed', async () => {
    expect(await answersTo('{"uid":"u1"}\n[]\nGET / HTTP/1.1\n{"uid":"u2"}\n')).toEqual([
      'ok',
      'fail',
      'fail',
    ]);
    expect(pushSide.lines).toEqual(['{"uid":"u1"}']);
  });
});

describe('a client that speaks TLS', () => {
  test('is closed at its first byte', async () => {
    const socket = connectTls({ host: '127.0.0.1', port: service.port, servername: 'host.example' });
    await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));

    expect(pushSide.lines).toEqual([]);
  });

  test('pushes nothing by what its greeting holds, in whatever pieces it comes', async () => {
    const greeting = Buffer.concat([Uint8Array.of(0x16, 3, 1, 2, 0, 1), Buffer.from(`\n${message}\n`)]);

    expect(await answersTo(greeting)).toEqual([]);
    expect(await answersTo(...Array.from(greeting, (byte) => Uint8Array.of(byte)))).toEqual([]);
    expect(pushSide.lines).toEqual([]);
  });
});

test.each([
  '{"uid":"u1","text":"GET / HTTP/1.1"}',
  ' {"uid":"u1","text":" HTTP/1.1"}',
  '\t{"text":"\\u0016","uid":"POST / HTTP/1.1"}',
])('a message that holds such words is pushed as it is: %s', async (text) => {
  const sender = await Sender.connect(service.port);
  sender.send(`${text}\n${message}\n`);

  expect(await sender.answers(2)).toEqual(['ok', 'ok']);
  expect(pushSide.lines).toEqual([text, message]);
});

test.each([
  'GET /',
  'POST',
  'hello world',
  'HTTP/1.1',
  'x'.repeat(MAX_MESSAGE_BYTES + 1),
  `a ${'b'.repeat(MAX_MESSAGE_BYTES)}`,
])('any other line that is no message costs no other line anything', async (text) => {
  const sender = await Sender.connect(service.port);
  sender.send(`${text}\n${message}\n`);

  expect(await sender.answers(2)).toEqual(['fail', 'ok']);
});
