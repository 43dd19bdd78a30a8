import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { providerKeys } from '../../lambda/identity/provider-keys.ts';
import { identifyByProvider } from '../../lambda/identity/token.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const elevenMinutes = 11 * 60 * 1_000;

/** An OpenID provider that publishes `keys`, a service that trusts it, and a clock. */
async function provider() {
  const state = { keys: [] as JWK[], isDown: false, asked: 0, now: start };
  const server = createServer((_request, response) => {
    state.asked += 1;
    if (state.isDown) response.socket?.destroy();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: state.keys }));
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
  return () =>
    new SignJWT({ sub: 'u1', exp: start / 1_000 + 86_400 })
      .setProtectedHeader({ alg: 'ES256', kid })
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
