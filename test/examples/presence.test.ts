import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { webhookHeaders } from '../../lambda/webhook/signature.ts';
import { patience } from '../support/patience.ts';

const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr';

const consumers = [
  { name: 'presence.mjs', program: 'node', args: (port: number) => ['examples/presence.mjs', String(port)] },
  {
    name: 'presence.php',
    program: 'php',
    args: (port: number) => ['-S', `127.0.0.1:${port}`, 'examples/presence.php'],
  },
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The consumer, once it answers. */
async function started(program: string, args: (port: number) => string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'presence-'));
  const port = await freePort();
  const environment = {
    ...process.env,
    WEBHOOK_SECRET: `whsec_${secret}`,
    PRESENCE_FILE: join(folder, 'p.json'),
  };
  const child = spawn(program, args(port), { env: environment, stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}/`;
  const online = async () => ((await (await fetch(url)).json()) as { online: string[] }).online;
  await expect.poll(online, patience).toEqual([]);
  const send = async (event: object, change: Record<string, string> = {}, now = Date.now()) => {
    const body = JSON.stringify(event);
    const headers = { ...webhookHeaders('id', body, [secret], now), ...change };
    return (await fetch(url, { method: 'POST', body, headers })).status;
  };
  return { online, send };
}

describe.each(consumers)('$name', ({ program, args }) => {
  const canRun = spawnSync(program, ['--version']).status === 0;
  if (!canRun && process.env.CI) throw new Error(`The tests need ${program}.`);

  test.runIf(canRun)('knows who is online by the highest epoch, whatever comes twice or late', async () => {
    const { online, send } = await started(program, args);
    const event = (uid: string, epoch: number, isOnline: boolean) =>
      send({ type: isOnline ? 'user.online' : 'user.offline', uid, epoch });

    expect(await event('u1', 3, true)).toBe(204);
    expect(await event('u1', 2, false)).toBe(204);
    await event('7', 1_795_830_534_000, true);
    await event('u2', 1, true);
    await event('u2', 2, false);
    await event('u2', 1, true);

    expect((await online()).sort()).toEqual(['7', 'u1']);
  });

  test.runIf(canRun)('takes nothing that is not signed, or was signed long ago', async () => {
    const { online, send } = await started(program, args);
    const event = { type: 'user.online', uid: 'u1', epoch: 1 };

    expect(await send(event, { 'webhook-signature': 'v1,AAAA' })).toBe(401);
    expect(await send(event, { 'webhook-id': 'other' })).toBe(401);
    expect(await send(event, {}, Date.now() - 600_000)).toBe(401);
    expect(await online()).toEqual([]);
  });
});
