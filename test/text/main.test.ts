import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textProgram } from '../../lib/text-program.ts';
import { PushUrl } from '../client/backend/push-url.ts';
import { Sender } from './sender.ts';

const delivered = '{"uid":"u1","delivered":1,"gone":0,"failed":0}';

/** The service as it is deployed: one text, run by Node alone. */
describe('the bundled text service', () => {
  const program = textProgram();
  let pushUrl: PushUrl;
  const running: ChildProcess[] = [];

  beforeEach(async () => {
    pushUrl = await PushUrl.start();
    pushUrl.answerLines(delivered);
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    await pushUrl.stop();
  });

  function run(environment: Record<string, string>) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: { HOST: '127.0.0.1', PORT: '0', ...environment },
      // As in its container no package is found from here.
      cwd: tmpdir(),
    });
    running.push(child);
    const standardError = text(child.stderr);
    const exitCode = once(child, 'exit').then(([code]) => code as number | null);
    const port = once(child.stdout, 'data').then(([line]) => JSON.parse(line).ready.port as number);
    return { child, standardError, exitCode, port };
  }

  it('pushes the lines that it receives to the push URL', async () => {
    const service = run({ PUSH_URL: pushUrl.url });
    const sender = await Sender.connect(await service.port);
    sender.send('{"uid":"u1", "hi":1}\n');

    expect(await sender.answers(1)).toEqual(['ok']);
    expect(pushUrl.requests.map(({ body }) => body.toString())).toEqual(['{"uid":"u1", "hi":1}\n']);
  });

  it('bears the secret that it was given', async () => {
    const service = run({ PUSH_URL: pushUrl.url, PUSH_SECRET: 'a-secret' });
    const sender = await Sender.connect(await service.port);
    sender.send('{"uid":"u1"}\n');

    expect(await sender.answers(1)).toEqual(['ok']);
    expect(pushUrl.requests[0]?.headers.authorization).toBe('Bearer a-secret');
  });

  it('signs for a function URL with the credentials of its environment', async () => {
    const everyHostIsThisOne =
      'import dns from "node:dns"; const { lookup } = dns; dns.lookup = (_, ...rest) => lookup("127.0.0.1", ...rest);';
    const service = run({
      PUSH_URL: `http://abc.lambda-url.eu-west-1.on.aws:${new URL(pushUrl.url).port}/`,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(everyHostIsThisOne)}`,
      AWS_ACCESS_KEY_ID: 'KEY',
      AWS_SECRET_ACCESS_KEY: 's',
    });
    const sender = await Sender.connect(await service.port);
    sender.send('{"uid":"u1"}\n');

    expect(await sender.answers(1)).toEqual(['ok']);
    const scope = /Credential=(KEY)\/\d{8}\/([\w/-]+)/.exec(pushUrl.requests[0]?.headers.authorization ?? '');
    expect(scope?.slice(1)).toEqual(['KEY', 'eu-west-1/lambda/aws4_request']);
  });

  it('answers fail while the push URL is broken, and tells why on standard error without the content', async () => {
    const service = run({ PUSH_URL: pushUrl.url });
    const sender = await Sender.connect(await service.port);
    pushUrl.answer = (response) => response.writeHead(500).end();
    sender.send('{"uid":"secret"}\n');
    expect(await sender.answers(1)).toEqual(['fail']);

    pushUrl.answerLines(delivered);
    sender.send('{"uid":"secret"}\n');
    expect(await sender.answers(1)).toEqual(['ok']);
    service.child.kill('SIGTERM');
    expect(JSON.parse(await service.standardError)).toEqual({
      level: 'error',
      event: 'push-failed',
      status: 500,
      code: 'unexpected-status',
      correlationId: pushUrl.requests[0]?.headers['x-correlation-id'],
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes what it has accepted and exits with 0',
    async (signal) => {
      const service = run({ PUSH_URL: pushUrl.url });
      const sender = await Sender.connect(await service.port);
      pushUrl.answer = (response) => {
        service.child.kill(signal);
        setImmediate(() => response.end(`${delivered}\n`));
      };
      sender.send('{"uid":"u1"}\n');

      expect(await sender.answersUntilEnd()).toEqual(['ok']);
      expect(await service.exitCode).toBe(0);
      expect(await service.standardError).toBe('');
    },
  );

  it('asks for the secret that it was given', async () => {
    const service = run({ PUSH_URL: pushUrl.url, TEXT_SECRET: 'new old' });
    const sender = await Sender.connect(await service.port);
    sender.send('{"uid":"u1"}\n{"secret":"old"}\n{"uid":"u1"}\n');

    expect(await sender.answers(3)).toEqual(['fail', 'ok', 'ok']);
  });

  it('says in one line that it was not told the push URL', async () => {
    const service = run({});

    expect(await service.exitCode).toBe(1);
    expect(await service.standardError).toBe('The environment variable PUSH_URL is not set.\n');
  });

  it('says in one line that its port is in use', async () => {
    const first = run({ PUSH_URL: pushUrl.url });
    const service = run({ PUSH_URL: pushUrl.url, PORT: String(await first.port) });

    expect(await service.exitCode).toBe(1);
    expect(await service.standardError).toMatch(/^listen EADDRINUSE: [^\n]+\n$/);
  });
});
