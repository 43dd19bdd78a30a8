import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { bundleBrowserClient } from '../../../bin/bundles.ts';
import type { connect as connectOf } from '../../../client/browser/index.ts';
import { fakeWebSockets } from './fake-websocket.ts';

/** What the package has, run with nothing but these globals and those of the language. */
async function connectWith(globals: Record<string, unknown>): Promise<typeof connectOf> {
  const folder = await mkdtemp(join(tmpdir(), 'uidpush-browser-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await bundleBrowserClient(join(folder, 'browser'));
  const module: { exports: { connect?: typeof connectOf } } = { exports: {} };
  runInContext(await readFile(join(folder, 'browser.cjs'), 'utf8'), createContext({ ...globals, module }));
  if (!module.exports.connect) throw new Error('It exports no connect.');
  return module.exports.connect;
}

/** `{"sub":"ü","exp":4102444800}` */
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiLDvCIsImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJl';

test.each([
  ['token', token, { token }],
  ['claimed', 'ü', { uid: 'ü' }],
] as const)(
  'needs no more of a page than Jest’s jsdom has, which lacks TextEncoder, TextDecoder and structuredClone: %s',
  async (identity, credential, sent) => {
    const { sockets, WebSocket } = fakeWebSockets();
    const globals = { URL, WebSocket, atob, clearTimeout, performance, queueMicrotask, setTimeout };
    const connect = await connectWith(globals);

    const connection = connect({ url: 'wss://push.test/live', identity, credential: () => credential });
    onTestFinished(() => connection.close());
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]?.open();

    await expect.poll(() => sockets[0]?.sent).toMatchObject([{ action: 'register', ...sent }]);
  },
);
