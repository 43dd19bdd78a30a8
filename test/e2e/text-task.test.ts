import { describe, expect, test } from 'vitest';
import type { QueueingClient } from '../support/queueing-client.ts';
import type { Sender } from '../text/sender.ts';
import { patience, type RunningStack, runStack } from './running-stack.ts';

/** `{"uid":…,"n":0}` and on: `count` lines from the `first` on. */
function lines(uid: string, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ uid, n: first + index }));
}

/** Whatever the browser has got, and will yet get of what was pushed before now. */
async function messagesOf(stack: RunningStack, uid: string, browser: QueueingClient): Promise<string[]> {
  const last = JSON.stringify({ uid, last: true });
  await stack.push(last);
  const messages: string[] = [];
  for (let message = await browser.next(); message !== last; message = await browser.next()) {
    messages.push(message);
  }
  return messages;
}

describe('the task of the template', () => {
  const log: string[] = [];
  const stack = runStack({ onLog: (source, line) => log.push(`${source}: ${line}`) });

  test('loses no line that it accepted and answers every one when it is told to stop under load', async () => {
    const uids = ['load-1', 'load-2', 'load-3', 'load-4'];
    const parts: { uid: string; browser: QueueingClient; sender: Sender }[] = [];
    const { pid } = stack.stack.text!;
    for (const uid of uids) {
      parts.push({ uid, browser: await stack.browser(uid), sender: await stack.sender() });
    }
    for (const { uid, sender } of parts) sender.send(`${lines(uid, 0, 300).join('\n')}\n`);
    // Each browser has got one, and hundreds are on their way.
    const firsts = await Promise.all(parts.map(({ browser }) => browser.next()));
    process.kill(pid, 'SIGTERM');
    for (const { uid, sender } of parts) sender.send(`${lines(uid, 300, 300).join('\n')}\n`);

    for (const [index, { uid, browser, sender }] of parts.entries()) {
      const answers = await sender.answersUntilEnd();
      expect(answers.length).toBeGreaterThan(0);
      expect(answers.filter((answer) => answer !== 'ok')).toEqual([]);
      const messages = [firsts[index], ...(await messagesOf(stack, uid, browser))];
      expect(messages).toEqual(lines(uid, 0, answers.length));
    }
    const end = 'text: the text service ended (exit code 0) and is started again';
    await expect.poll(() => log, patience).toEqual([end]);
    await expect.poll(() => stack.stack.text!.pid, patience).not.toBe(pid);
  });

  test('serves again, at the same address, after it was killed', async () => {
    const { pid } = stack.stack.text!;
    const browser = await stack.browser('again');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => stack.stack.text!.pid, patience).not.toBe(pid);

    expect(await stack.answersTo('{"uid":"again"}')).toEqual(['ok']);
    expect(await browser.next()).toBe('{"uid":"again"}');
  });
});

describe('with textSecret=true and pushAuth=secret', () => {
  const stack = runStack({ context: { textSecret: 'true', pushAuth: 'secret' } });
  const message = '{"uid":"nobody"}';

  test('a program sends the secret that the stack made, then its lines', async () => {
    const browser = await stack.socket();
    browser.send('u1');
    const secret = stack.stack.secretValue(stack.stack.outputs.TextSecretName!);
    const sender = await stack.sender();
    sender.send(`${JSON.stringify({ secret })}\n`);
    expect(await sender.answers(1)).toEqual(['ok']);

    const push = async () => {
      sender.send('{"uid":"u1"}\n');
      return sender.answers(1);
    };
    await expect.poll(push, patience).toEqual(['ok']);
    expect(await browser.next()).toBe('{"uid":"u1"}');
  });

  test('a program with a wrong one gets three times fail, and is out', async () => {
    const sender = await stack.sender();
    sender.send(`{"secret":"wrong"}\n${message}\n${message}\n${message}\n`);
    expect(await sender.answersUntilEnd()).toEqual(['fail', 'fail', 'fail']);
  });
});

describe('with text=false', () => {
  const stack = runStack({ context: { text: 'false' } });

  test('everything else runs, and there is no text endpoint', async () => {
    expect(stack.stack.outputs).not.toHaveProperty('TextEndpoint');
    const browser = await stack.browser('u1');
    expect(await stack.push('{"uid":"u1"}')).toMatchObject({ delivered: 1 });
    expect(await browser.next()).toBe('{"uid":"u1"}');
  });
});
