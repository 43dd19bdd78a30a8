import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleBackendClient } from '../../../bin/bundles.ts';
import { createPushClient } from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let folder: string;
let pushUrl: PushUrl;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uidpush-profile-'));
  pushUrl = await PushUrl.start();
  pushUrl.answerJson('{"status":"ok"}');
  await writeFile(
    join(folder, 'credentials'),
    '[work]\naws_access_key_id = KEYOFPROFILE\naws_secret_access_key = s\n',
  );
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  vi.stubEnv('AWS_PROFILE', 'work');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await pushUrl.stop();
  await rm(folder, { recursive: true });
});

function stubEnvironmentKeys(): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'KEYOFENVIRONMENT');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
}

async function keyOfRequest(): Promise<string | undefined> {
  await createPushClient({ url: pushUrl.url, region: 'eu-west-1' }).health();
  return /Credential=(\w+)/.exec(pushUrl.requests[0]?.headers.authorization ?? '')?.[1];
}

describe('without credentials of its own a client signs', () => {
  it('with those that AWS’s chain finds, as those of a profile', async () => {
    expect(await keyOfRequest()).toBe('KEYOFPROFILE');
  });

  it('in Lambda with those of the function, without loading the chain', async () => {
    stubEnvironmentKeys();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notify');
    expect(await keyOfRequest()).toBe('KEYOFENVIRONMENT');
  });

  it.each<[string, string, string]>([
    ['an ES module', 'program.mjs', `import { createPushClient } from './backend.mjs';`],
    ['a CommonJS module', 'program.cjs', `const { createPushClient } = require('./backend.cjs');`],
  ])(
    'with those of the environment where the chain’s package is not installed, as %s',
    async (_kind, name, load) => {
      stubEnvironmentKeys();
      await bundleBackendClient(join(folder, 'backend'));
      const client = `createPushClient({ url: ${JSON.stringify(pushUrl.url)}, region: 'eu-west-1' })`;
      await writeFile(join(folder, name), `${load}\n${client}.health();`);
      const child = spawn(process.execPath, [join(folder, name)], { env: process.env });

      expect(await text(child.stderr)).toBe('');
      expect(pushUrl.requests[0]?.headers.authorization).toContain('Credential=KEYOFENVIRONMENT/');
    },
  );
});
