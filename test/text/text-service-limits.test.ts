import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../protocol/log-line.ts';
import type { TextLimits } from '../../text/limits.ts';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { PushSide } from './push-side.ts';
import { Sender } from './sender.ts';

const message = '{"uid":"u1"}';

describe('the text service', () => {
  let pushSide: PushSide;
  let service: TextService;
  let logged: object[];

  async function start(limits: Partial<TextLimits>): Promise<void> {
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

  afterEach(() => service.stop());

  it('closes a connection on which nothing happens', async () => {
    await start({ idleTimeoutMs: 300 });
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n{"uid":`);

    expect(await sender.answersUntilEnd()).toEqual(['ok']);
  });

  it('keeps a connection whose request is under way, however long that takes', async () => {
    await start({ idleTimeoutMs: 300 });
    pushSide.hold();
    const sender = await Sender.connect(service.port);
    sender.send(`${message}\n`);
    await pushSide.received(1);
    // A second connection's end shows that the idle time has passed.
    const idle = await Sender.connect(service.port);
    await idle.answersUntilEnd();
    pushSide.release();

    expect(await sender.answersUntilEnd()).toEqual(['ok']);
  });

  it('closes connections beyond the limit at once, tells so once, and accepts again when one has left', async () => {
    await start({ maxConnections: 2 });
    const first = await Sender.connect(service.port);
    const second = await Sender.connect(service.port);
    second.send(`${message}\n`);
    await second.answers(1);

    for (let i = 0; i < 2; i++) {
      const refused = await Sender.connect(service.port);
      expect(await refused.answersUntilEnd()).toEqual([]);
    }
    expect(logged).toEqual([{ level: 'error', event: 'connections-refused', maxConnections: 2 }]);

    first.socket.end();
    await first.answersUntilEnd();
    await first.closed;
    const third = await Sender.connect(service.port);
    third.send(`${message}\n`);
    expect(await third.answers(1)).toEqual(['ok']);
  });
});
