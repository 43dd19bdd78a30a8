import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { providerKeys } from '../../../lambda/identity/provider-keys.ts';
import { identifyByProvider } from '../../../lambda/identity/token.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const elevenMinutes = 11 * 60 * 1_000;

/** An OpenID provider that publishes `keys`, a service that trusts it, and a clock. */
async function provider() {
  const state = {
    keys: [] as JWK[],
    published: undefined as object | undefined,
    isDown: false,
    asked: 0,
    now: start,
  };
  const server = createServer((_request, response) => {
    state.asked += 1;
    if (state.isDown) response.socket?.destroy();
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(state.published ?? { keys: state.keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const now = () => state.now;
  return { state, identify: identifyByProvider(providerKeys(url, now), {}, now) };
}

/** A new key of the provider, published, and what signs tokens with it. */
async function newKey(keys: JWK[], kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
  return (header: { kid?: string } = { kid }) =>
    new SignJWT({ sub: 'u1', exp: start / 1_000 + 86_400 })
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(privateKey);
}

test('a provider is asked once for many tokens', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');

  for (let count = 0; count < 5; count++) expect(await identify(await sign())).toMatchObject({ uid: 'u1' });
  expect(state.asked).toBe(1);
});

test('while the provider is down, the keys that are known go on being accepted', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  await identify(await sign());
  state.isDown = true;
  state.now += elevenMinutes;

  expect(await identify(await sign())).toMatchObject({ uid: 'u1' });
  expect(state.asked).toBe(2);
});

test('a key that the provider took back is refused after ten minutes', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  await identify(await sign());
  state.keys = [];
  await newKey(state.keys, 'b');
  state.now += elevenMinutes;

  expect(await identify(await sign())).toMatchObject({ code: 'token-signature' });
});

test('an answer of a provider that is too long is not kept: it throws', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  state.published = { keys: state.keys, more: 'x'.repeat(999_000) };
  expect(await identify(await sign())).toMatchObject({ uid: 'u1' });

  const { state: other, identify: identifyByOther } = await provider();
  other.published = { ...state.published, more: 'x'.repeat(1_000_000) };
  await expect(identifyByOther(await sign())).rejects.toThrow('could not be read');
});

test('a provider that never answered is nobody’s fault: it throws', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  state.isDown = true;

  await expect(identify(await sign())).rejects.toThrow();
});

test('made-up key ids don’t make us ask the provider for each', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  await identify(await sign());
  const unpublished: JWK[] = [];
  for (let count = 0; count < 20; count++) {
    const forge = await newKey(unpublished, `made up ${count}`);
    expect(await identify(await forge())).toMatchObject({ code: 'token-signature' });
  }

  expect(state.asked).toBe(1);
});

test('made-up key ids don’t make us ask a provider that fails for each', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  await identify(await sign());
  state.isDown = true;
  state.now += 30_000;
  const forge = await newKey([], 'made up');
  for (let count = 0; count < 50; count++) await expect(identify(await forge())).rejects.toThrow();

  expect(state.asked).toBe(2);
  expect(await identify(await sign())).toMatchObject({ uid: 'u1' });
  state.now += 30_000;
  await expect(identify(await forge())).rejects.toThrow();
  expect(state.asked).toBe(3);
});

test('tokens don’t make us ask a provider that never answered for each, and it is asked again soon', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  state.isDown = true;
  for (let count = 0; count < 50; count++) await expect(identify(await sign())).rejects.toThrow();

  expect(state.asked).toBe(1);
  state.isDown = false;
  state.now += 5_000;
  expect(await identify(await sign())).toMatchObject({ uid: 'u1' });
});

test('tokens that come while the keys are being asked for wait for them', async () => {
  const { state, identify } = await provider();
  const sign = await newKey(state.keys, 'a');
  const tokens = [await sign(), await sign(), await sign()];

  expect(await Promise.all(tokens.map(identify))).toEqual(
    Array(3).fill(expect.objectContaining({ uid: 'u1' })),
  );
  expect(state.asked).toBe(1);
});

test('a key that the provider has added is accepted half a minute after the last question', async () => {
  const { state, identify } = await provider();
  await identify(await (await newKey(state.keys, 'a'))());
  const sign = await newKey(state.keys, 'b');

  expect(await identify(await sign())).toMatchObject({ code: 'token-signature' });
  state.now += 30_000;
  expect(await identify(await sign())).toMatchObject({ uid: 'u1' });
});

test('a token without a key id that several keys fit is refused: which of them should have signed it is not said', async () => {
  const { state, identify } = await provider();
  const signs = [await newKey(state.keys, 'a'), await newKey(state.keys, 'b')];

  for (const sign of signs) expect(await identify(await sign({}))).toMatchObject({ code: 'token-signature' });
});

test.each([
  ['no key set', { keys: 'none' }],
  [
    'a key that can’t be read',
    { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'a', alg: 'ES256' }] },
  ],
  [
    'a private key',
    async () => ({
      keys: [
        {
          ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)),
          kid: 'a',
          alg: 'ES256',
        },
      ],
    }),
  ],
])('a provider that publishes %s is nobody’s fault: it throws', async (_what, published) => {
  const { state, identify } = await provider();
  const sign = await newKey([], 'a');
  state.published = typeof published === 'function' ? await published() : published;

  await expect(identify(await sign())).rejects.toThrow();
});
