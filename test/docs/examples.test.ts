import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createPushClient, createToken } from '../../client/backend/index.ts';
import type { Connection } from '../../client/browser/index.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { type Example, examples, moduleFolder, moduleOf, printedBy, runExample } from './examples.ts';

const stack = runStack({
  identity: 'token',
  context: { groups: 'true', presence: 'true', presenceWatch: 'true' },
});

function tokenFor(uid: string): Promise<string> {
  const { outputs, secretValue } = stack.stack;
  const secret = secretValue(outputs.TokenSecretName!);
  return createToken({ uid, secret, groups: ['room-*'], watch: ['friend-*'] });
}

/** Returns the outputs that the example promises, as matchers. */
function promised(example: Example): unknown[] {
  return printedBy(example).map((text) => expect.stringMatching(text));
}

test('every example in a docstring compiles', () => {
  const folder = moduleFolder();
  const names = examples.map(({ name }, index) => ({ name, file: `${index}.ts` }));
  for (const [index, example] of examples.entries()) {
    writeFileSync(join(folder, `${index}.ts`), moduleOf(example));
  }
  const compilerOptions = { noUnusedLocals: false };
  const include = ['*.ts'];
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include, exclude: [] }),
  );

  const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' });
  expect({ errors: stdout, of: names }).toEqual({ errors: '', of: names });
});

const backendExamples = examples.filter(({ entry }) => entry === 'uidpush/backend');
test.each(backendExamples)('prints what it says: $name', async (example) => {
  const uid = `user-${backendExamples.indexOf(example)}`;
  const browser = await stack.socket();
  browser.send(await tokenFor(uid));
  // Presence notices the connection after it is registered.
  const { presence } = createPushClient({ url: stack.stack.outputs.PushUrl });
  await expect.poll(async () => (await presence.of([uid])).online.length, patience).toBe(1);
  vi.stubEnv('TOKEN_SECRET', 'secret-of-the-stack');
  onTestFinished(() => void vi.unstubAllEnvs());

  const { printed } = await runExample(example, (code) =>
    code
      .replaceAll('https://abc123.lambda-url.eu-central-1.on.aws/', stack.stack.outputs.PushUrl)
      .replaceAll(/'u1'|"u1"/g, (name) => name.replace('u1', uid)),
  );
  expect(printed.map((text) => text.replaceAll(uid, 'u1'))).toEqual(promised(example));
});

const browserExamples = examples.filter(({ entry }) => entry === 'uidpush');
test.each(browserExamples)('prints what it says: $name', async (example) => {
  const uid = `page-${browserExamples.indexOf(example)}`;
  const token = await tokenFor(uid);
  const message = { uid, title: 'Your order has been sent' };
  await createPushClient({ url: stack.stack.outputs.PushUrl }).push(message, { ttlSeconds: 60 });
  vi.stubGlobal('WebSocket', WebSocket);
  vi.stubGlobal('fetch', async (path: string) => new Response(path === '/token' ? token : ''));
  onTestFinished(() => void vi.unstubAllGlobals());

  const { exports, printed } = await runExample(example, (code) =>
    code
      .replaceAll(
        'wss://abc123.execute-api.eu-central-1.amazonaws.com/live',
        stack.stack.outputs.WebSocketUrl,
      )
      .replace('const connection', 'export const connection'),
  );
  onTestFinished(() => (exports.connection as Connection).close());
  await expect.poll(() => printed, patience).toEqual(promised(example));
});
