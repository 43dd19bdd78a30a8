import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startTextService, type TextService } from '../../text/text-service.ts';
import { patience } from '../e2e/running-stack.ts';
import { PushSide } from '../text/push-side.ts';
import { Sender } from '../text/sender.ts';
import { heldBytes } from './held-memory.ts';

const mb = 1_024 * 1_024;
const message = '{"uid":"u1"}\n';

let service: TextService;
let pushSide: PushSide;
let before: number;

beforeEach(async () => {
  pushSide = new PushSide();
  service = await startTextService({ host: '127.0.0.1', port: 0, http: pushSide.http });
  before = await heldBytes();
});
afterEach(() => service.stop());

async function open(options?: { reads: boolean }): Promise<Sender> {
  const sender = await Sender.connect(service.port, options);
  onTestFinished(() => {
    sender.socket.destroy();
  });
  return sender;
}

/** Writes and waits until the service has taken it, or nearly. */
async function write(sender: Sender, bytes: Uint8Array): Promise<void> {
  if (!sender.socket.write(bytes)) await once(sender.socket, 'drain');
}

async function expectService(): Promise<void> {
  const other = await open();
  other.send(message);
  expect(await other.answers(1)).toEqual(['ok']);
}

test('a line without an end costs no more than the longest line, and nobody waits for it', async () => {
  const sender = await open();
  const chunk = Buffer.alloc(mb, 'x');
  for (let count = 0; count < 64; count++) await write(sender, chunk);
  await expectService();

  expect((await heldBytes()) - before).toBeLessThan(4 * mb);
  sender.send(`\n${message}`);
  expect(await sender.answers(2)).toEqual(['fail', 'ok']);
});

test('a hundred lines without an end, each near the limit, cost a hundred longest lines at most', async () => {
  const senders = await Promise.all(Array.from({ length: 100 }, () => open()));
  const almost = Buffer.alloc(131_000, 'x');
  await Promise.all(senders.map((sender) => write(sender, almost)));
  await expectService();

  // Twice: the decoder's buffer, and as much that the senders of this process may hold.
  expect((await heldBytes()) - before).toBeLessThan(2 * 100 * 131_072 + 4 * mb);
});

test('fifty senders that write a byte at a time are answered, and cost no more than their lines', async () => {
  const senders = await Promise.all(Array.from({ length: 50 }, () => open()));
  const line = Buffer.from(`{"uid":"u1","x":"${'x'.repeat(1_000)}"}`);
  for (const byte of line) {
    for (const sender of senders) sender.send(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  await expectService();
  expect((await heldBytes()) - before).toBeLessThan(8 * mb);

  for (const sender of senders) sender.send('\n');
  for (const sender of senders) expect(await sender.answers(1)).toEqual(['ok']);
});

test('senders that never read are not read either, and cost two batches each at most', async () => {
  const senders = await Promise.all(Array.from({ length: 10 }, () => open({ reads: false })));
  // Answers of more than any socket's buffers take.
  const lines = Buffer.from('true\n'.repeat(2_000_000));
  for (const sender of senders) sender.send(lines);
  await expect.poll(() => senders.every(({ socket }) => socket.writableLength > 0), patience).toBe(true);
  await expectService();

  // All senders hold one buffer.
  expect((await heldBytes()) - before - lines.length).toBeLessThan(16 * mb);
});

/** A process may have so many files open; what else it has open is far less than this. */
function mostSockets(): number {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | 'unlimited' } };
  };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft - 500;
}

test('ten thousand idle connections, or as many as this process may have, cost some kilobytes each and hold up nobody', async () => {
  const count = Math.min(9_990, mostSockets());
  const script = fileURLToPath(new URL('idle-senders.mjs', import.meta.url));
  const crowd = spawn(process.execPath, [script, String(service.port), String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    crowd.kill();
  });
  await once(crowd.stdout, 'data');
  await expect.poll(() => service.connectionCount, patience).toBe(count);
  await expectService();

  expect(((await heldBytes()) - before) / count).toBeLessThan(10_000);
  crowd.stdin.end();
  await once(crowd, 'exit');
  await expect.poll(() => service.connectionCount, patience).toBeLessThanOrEqual(1);
});
