import { expect, onTestFinished, test, vi } from 'vitest';
import { createToken } from '../../../client/backend/create-token.ts';
import { identification } from '../../../lambda/identity/identification.ts';
import { EnvironmentVariable } from '../../../lambda/names.ts';

const secret = 's'.repeat(64);
const canary = 'uidpush-canary-1';

/** Where a provider signs; nobody is at its address. */
function withProvider(canarySecretId?: string) {
  const variables = {
    [EnvironmentVariable.identity]: 'token',
    [EnvironmentVariable.tokenIssuer]: 'https://id.example',
    [EnvironmentVariable.tokenAudience]: 'push',
    [EnvironmentVariable.tokenJwksUrl]: 'http://127.0.0.1:9/keys',
    [EnvironmentVariable.canarySecretId]: canarySecretId,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return identification(async () => [secret]);
}

const tokenOf = (uid: string, by = secret) =>
  createToken({ uid, secret: by, issuer: 'https://id.example', audience: 'push' });

test('a canary proves its uid by a secret of its own', async () => {
  expect(await withProvider('canary')(await tokenOf(canary))).toMatchObject({ uid: canary });
});

test('the secret of canaries proves no uid of a user', async () => {
  expect(await withProvider('canary')(await tokenOf('u1'))).toMatchObject({ code: 'token-signature' });
});

test('another secret proves nothing', async () => {
  expect(await withProvider('canary')(await tokenOf(canary, 'x'.repeat(64)))).toMatchObject({
    code: 'token-signature',
  });
});

test('without a canary no secret is accepted', async () => {
  expect(await withProvider()(await tokenOf(canary))).toMatchObject({ code: 'token-algorithm' });
});

test('what is no token is refused as before', async () => {
  expect(await withProvider('canary')('u1')).toMatchObject({ code: 'token-malformed' });
});
