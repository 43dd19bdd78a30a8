import { describe, expect, onTestFinished, test } from 'vitest';
import { TextProcessError } from '../../../local/text/text-process.ts';
import { startTextTask, type TextTask } from '../../../local/text/text-task.ts';
import { patience } from '../../support/patience.ts';

/** A program that says where it listens, and what it was given, as its log. */
const program = `
  const { createServer } = require('node:net');
  const { HOST, PORT, ...others } = process.env;
  const server = createServer().listen(Number(PORT), HOST, () => {
    console.log(JSON.stringify({ ready: { port: server.address().port } }));
    console.error(JSON.stringify({ HOST, ...others }));
  });
  process.on('SIGTERM', () => process.exit(0));
  const exitAfter = (text) => process.stdout.write(text + '\\n', () => process.exit(3));
`;

type Started = { task: TextTask; log: string[] };

async function start(source: string, options: { stopTimeoutMs?: number } = {}): Promise<Started> {
  const log: string[] = [];
  const task = await startTextTask({
    plan: {
      command: ['node', '--eval', source],
      environment: { PUSH_URL: 'http://127.0.0.1:1/', HOST: '0.0.0.0', PORT: '5678' },
      secrets: { TEXT_SECRET: 'arn:secret' },
      stopTimeoutMs: 10_000,
      endpoint: 'balancer:5678',
      ...options,
    },
    host: '127.0.0.1',
    port: 0,
    secretValue: (id) => `value of ${id}`,
    onLog: (line) => log.push(line),
  });
  onTestFinished(() => task.stop());
  return { task, log };
}

describe('the task', () => {
  test('has the template’s environment and secrets and nothing else, but its address is this machine’s', async () => {
    const { log } = await start(program);
    await expect.poll(() => log, patience).toHaveLength(1);
    expect(JSON.parse(log[0]!)).toEqual({
      HOST: '127.0.0.1',
      PUSH_URL: 'http://127.0.0.1:1/',
      TEXT_SECRET: 'value of arn:secret',
    });
  });

  test('is started again at the same port when it is killed', async () => {
    const { task, log } = await start(program);
    const { pid, port } = task;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => task.pid, patience).not.toBe(pid);
    expect(task.port).toBe(port);
    expect(log).toContain('the text service ended (SIGKILL) and is started again');
  });

  test('is started again ten times at most', async () => {
    const { task, log } = await start(program.replace('console.log(', 'exitAfter('));
    const last = 'the text service ended (exit code 3) and is not started again';
    await expect.poll(() => log.at(-1), patience).toBe(last);
    expect(log.filter((line) => line.endsWith('and is started again'))).toHaveLength(10);
    await task.stop();
  });

  test('that ends before it is ready is an error with what it wrote', async () => {
    const failure = start('console.error("no way"); process.exit(1)');
    await expect(failure).rejects.toThrow(TextProcessError);
    await expect(failure).rejects.toThrow('the text service did not start: no way');
  });

  test('is killed when it takes longer to stop than it may', async () => {
    const { task } = await start(
      `${program} process.removeAllListeners('SIGTERM').on('SIGTERM', () => {});`,
      {
        stopTimeoutMs: 50,
      },
    );
    const { pid } = task;
    await task.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is not started again while it is being stopped', async () => {
    const { task, log } = await start(program);
    await task.stop();
    expect(log.filter((line) => line.includes('started again'))).toEqual([]);
  });

  test('that is stopped while it is being started again is stopped all the same', async () => {
    const { task, log } = await start(program);
    process.kill(task.pid, 'SIGKILL');
    await expect.poll(() => log.at(-1), patience).toContain('started again');
    await task.stop();
    expect(() => process.kill(task.pid, 0)).toThrow('ESRCH');
  });
});
