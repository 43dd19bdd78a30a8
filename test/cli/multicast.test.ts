import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runStack } from '../e2e/running-stack.ts';
import { butNoTerminals, hasTerminals, startUidpush, uidpush, uidpushOnTerminal } from './uidpush.ts';

const stack = runStack();

function run(...args: string[]) {
  return uidpush(args, { UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl });
}

/** The path of a file with this text, which ends with the test. */
async function fileOf(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'uidpush-uids-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'uids.txt');
  await writeFile(file, text);
  return file;
}

describe('uidpush multicast', () => {
  it('sends the message to each uid of standard input, and says who is offline', async () => {
    const browser = await stack.browser('multicast');
    const uids = 'multicast\r\nnobody, with a comma\n\nmulticast\n';
    const environment = { UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl };
    const command = startUidpush(['multicast', '-', '{"n" : 1}'], environment);
    command.child.stdin.end(uids);
    const told = await command.ended;
    expect({ ...told, output: JSON.parse(told.output) }).toEqual({
      exitCode: 0,
      output: {
        uids: 2,
        delivered: 1,
        gone: 0,
        failed: 0,
        offline: ['nobody, with a comma'],
        unavailable: [],
      },
      notes: '',
    });
    expect(await browser.next()).toBe('{"n" : 1}');
  });

  it('to a thousand uids of a file is answered at once, with everybody who was offline', async () => {
    const uids = Array.from({ length: 1_000 }, (_, number) => `file ${number}`);
    const online = [uids[0]!, uids[500]!, uids[999]!];
    const browsers = await Promise.all(online.map((uid) => stack.browser(uid)));
    const { exitCode, output } = await run('multicast', await fileOf(`${uids.join('\n')}\n`), '{"n":1}');

    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual({
      ...{ uids: 1_000, delivered: 3, gone: 0, failed: 0, unavailable: [] },
      offline: uids.filter((uid) => !online.includes(uid)),
    });
    for (const browser of browsers) expect(await browser.next()).toBe('{"n":1}');
  });

  it.runIf(hasTerminals)(`shows how far one to more than a thousand is${butNoTerminals}`, async () => {
    const uids = ['on a terminal', ...Array.from({ length: 1_100 }, (_, number) => `nobody ${number}`)];
    const file = await fileOf(uids.join('\n'));
    await stack.browser('on a terminal');
    const { exitCode, output, terminal } = await uidpushOnTerminal(['multicast', file, '{}'], {
      UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl ?? '',
    });

    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ uids: 1_101, delivered: 1, offline: uids.slice(1) });
    expect(terminal).toContain('Multicast ');
    expect(terminal).toContain('100% of 1101 uids, 1 delivered');
  });

  it('with --wait 0 prints the id, and doesn’t wait', async () => {
    const { exitCode, output } = await run('multicast', await fileOf('nobody'), '{}', '--wait', '0');

    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual({ multicast: expect.any(String) });
  });

  it('ends with 1 when nobody got it, and with 2 for a file that has no uid or isn’t there', async () => {
    const noUid = await fileOf('\n');
    expect(await run('multicast', await fileOf('nobody'), '{}')).toMatchObject({ exitCode: 1 });
    expect(await run('multicast', noUid, '{}')).toMatchObject({ exitCode: 2 });
    expect(await run('multicast', `${noUid}.txt`, '{}')).toMatchObject({ exitCode: 2 });
  });
});
