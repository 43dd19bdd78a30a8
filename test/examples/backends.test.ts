import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LocalStack } from '../../local/start.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, startStack, waitUntilReachable } from './stack.ts';

const text = 'He said "it\'s\n\\done\\" – 你好 🚀';

const backends = [
  { name: 'controller.php', program: 'php', message: (uid: string) => [uid, text] },
  { name: 'push.mjs', program: 'node', message: (uid: string) => [uid, text] },
  { name: 'push.sh', program: 'sh', needs: 'nc', message: (uid: string) => [JSON.stringify({ uid, text })] },
];

let stack: LocalStack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack?.stop();
});

describe.each(backends)('$name', ({ name, program, needs = program, message }) => {
  const canRun = isInstalled(needs);
  if (!canRun && process.env.CI) throw new Error(`The tests need ${needs}.`);
  const but = canRun ? '' : ` (not run: ${needs} is not installed)`;

  test.runIf(canRun)(`prints ok and exits with 0 when a browser has the text${but}`, async () => {
    const browser = await registeredBrowser('u1');

    const result = await run(program, [`examples/${name}`, ...message('u1'), stack.outputs.TextEndpoint!]);

    expect(result).toEqual({ output: 'ok\n', trouble: '', exitCode: 0 });
    expect(JSON.parse(await browser.next())).toEqual({ uid: 'u1', text });
  });

  test.runIf(canRun)(`prints fail and exits with 1 when nobody is registered${but}`, async () => {
    const result = await run(program, [
      `examples/${name}`,
      ...message('nobody'),
      stack.outputs.TextEndpoint!,
    ]);

    expect(result).toEqual({ output: 'fail\n', trouble: '', exitCode: 1 });
  });

  test.runIf(canRun)(`names the address and exits with 2 when no answer comes${but}`, async () => {
    const endpoint = await serviceThatHangsUp();

    const result = await run(program, [`examples/${name}`, ...message('u1'), endpoint]);

    expect(result).toMatchObject({ output: '', exitCode: 2 });
    expect(result.trouble).toContain(`${endpoint} gave no answer`);
  });
});

describe('push.php', () => {
  const canRun = isInstalled('php');
  if (!canRun && process.env.CI) throw new Error('The tests need php.');
  const but = canRun ? '' : ' (not run: php is not installed)';
  const env = () => ({ PATH: process.env.PATH, PUSH_URL: stack.outputs.PushUrl, PUSH_SECRET: 's' });

  test.runIf(canRun)(
    `prints what became of it and exits with 0 when a browser has the text${but}`,
    async () => {
      const browser = await registeredBrowser('u2');
      const { output, exitCode } = await run('php', ['examples/push.php', 'u2', text], env());

      expect({ result: JSON.parse(output), exitCode }).toMatchObject({
        result: { delivered: 1 },
        exitCode: 0,
      });
      expect(JSON.parse(await browser.next())).toEqual({ uid: 'u2', text });
    },
  );

  test.runIf(canRun)(
    `exits with 1 when nobody is registered, and with 2 and the code when it is refused${but}`,
    async () => {
      expect(await run('php', ['examples/push.php', 'nobody', text], env())).toMatchObject({ exitCode: 1 });
      expect(await run('php', ['examples/push.php', '', text], env())).toMatchObject({
        output: '',
        trouble: expect.stringContaining('unusable-uid: '),
        exitCode: 2,
      });
    },
  );
});

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function registeredBrowser(uid: string): Promise<QueueingClient> {
  const browser = await QueueingClient.connect(stack.outputs.WebSocketUrl);
  onTestFinished(async () => {
    await browser.close();
  });
  browser.send(uid);
  await waitUntilReachable(stack, uid);
  await browser.next();
  return browser;
}

async function serviceThatHangsUp(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ output: string; trouble: string; exitCode: number | null }>((resolve) => {
    const child = execFile(program, args, { timeout: patience.timeout, env }, (_error, output, trouble) =>
      resolve({ output, trouble, exitCode: child.exitCode }),
    );
  });
}
