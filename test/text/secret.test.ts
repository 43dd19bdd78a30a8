import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../protocol/log-line.ts';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { PushSide } from './push-side.ts';
import { Sender } from './sender.ts';

const message = '{"uid":"u1"}';
const secret = (value: string) => JSON.stringify({ secret: value });

describe('a text service that asks for a secret', () => {
  let pushSide: PushSide;
  let service: TextService;

  async function start(secretTimeoutMs = 60_000): Promise<void> {
    pushSide = new PushSide();
    service = await startTextService({
      host: '127.0.0.1',
      port: 0,
      http: pushSide.http,
      secrets: ['new', 'old'],
      limits: { secretTimeoutMs },
      log: createLog('error', () => {}),
    });
  }

  async function sender(...lines: (string | Uint8Array)[]): Promise<Sender> {
    const connected = await Sender.connect(service.port);
    for (const line of lines) {
      connected.send(line);
      connected.send('\n');
    }
    return connected;
  }

  beforeEach(() => start());
  afterEach(() => service.stop());

  it.each(['new', 'old'])('answers a valid one ok, and pushes what follows (%s)', async (valid) => {
    const program = await sender(secret(valid), message, '{oops', message);

    expect(await program.answers(4)).toEqual(['ok', 'ok', 'fail', 'ok']);
    expect(pushSide.lines).toEqual([message, message]);
  });

  it('takes it in pieces, and with CR LF', async () => {
    const program = await sender();
    program.send('{"secr');
    program.send('et":"new"}\r\n');
    program.send(`${message}\n`);

    expect(await program.answers(2)).toEqual(['ok', 'ok']);
  });

  it('answers messages fail until it has come', async () => {
    const program = await sender(message, message, secret('new'), message);

    expect(await program.answers(4)).toEqual(['fail', 'fail', 'ok', 'ok']);
    expect(pushSide.lines).toEqual([message]);
  });

  it.each<[string, string | Uint8Array]>([
    ['a wrong one', secret('ne')],
    ['an empty one', secret('')],
    ['one that is no text', '{"secret":["new"]}'],
    ['a list that has it', '[{"secret":"new"}]'],
    ['the bare secret', 'new'],
    ['what is not JSON', '{"secret":"new"'],
    ['what is not UTF-8', Uint8Array.of(0xff)],
    ['a message', message],
    ['an empty line', ''],
    ['a line that is too long', 'x'.repeat(131_073)],
  ])('answers %s fail, and closes the connection with the third', async (_, line) => {
    const program = await sender(line, line, line, secret('new'), message);

    expect(await program.answersUntilEnd()).toEqual(['fail', 'fail', 'fail']);
    await program.closed;
    expect(pushSide.lines).toEqual([]);
  });

  it('takes another secret line for what it is, no message', async () => {
    const program = await sender(secret('new'), secret('new'), secret('wrong'), message);

    expect(await program.answers(4)).toEqual(['ok', 'fail', 'fail', 'ok']);
  });

  it('closes a connection that does not send it in time, and leaves the others alone', async () => {
    await service.stop();
    await start(300);
    const known = await sender(secret('new'));
    await known.answers(1);
    const unknown = await sender(message);

    expect(await unknown.answersUntilEnd()).toEqual(['fail']);
    known.send(`${message}\n`);
    expect(await known.answers(1)).toEqual(['ok']);
  });
});

it('a text service that asks for none takes it for no message', async () => {
  const pushSide = new PushSide();
  const service = await startTextService({ host: '127.0.0.1', port: 0, http: pushSide.http });
  const program = await Sender.connect(service.port);
  program.send(`${secret('new')}\n${message}\n`);

  expect(await program.answers(2)).toEqual(['fail', 'ok']);
  await service.stop();
});
