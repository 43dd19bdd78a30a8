import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { createToken } from '../../../client/backend/index.ts';
import { identifyBySecret } from '../../../lambda/identity/token.ts';
import { ValidValues } from '../../../lambda/secret/valid-values.ts';

const now = Date.parse('2026-01-01T12:00:00.900Z');
const seconds = Math.floor(now / 1_000);
const secret = 'a-secret-of-the-stack-that-is-long-enough-for-HS256';

/** What the service says of the token at this time, when it knows this secret. */
function identify(token: string, at = now, known = secret) {
  return identifyBySecret(new ValidValues('the-secret', async () => [known]), {}, () => at)(token);
}

describe('a token', () => {
  test('proves its uid to the service, for an hour', async () => {
    const token = await createToken({ uid: '用户 1', secret, now: () => now });

    expect(await identify(token)).toEqual({ uid: '用户 1', expiresAt: (seconds + 3_600) * 1_000 });
    expect(await identify(token, now + 3_600_000)).toMatchObject({ code: 'token-expired' });
  });

  test('ends after as many seconds as are asked for', async () => {
    const token = await createToken({ uid: 'u1', secret, ttlSeconds: 60, now: () => now });

    expect(await identify(token)).toEqual({ uid: 'u1', expiresAt: (seconds + 60) * 1_000 });
  });

  test('can be for an audience and by an issuer', async () => {
    const token = await createToken({
      uid: 'u1',
      secret,
      audience: 'push',
      issuer: 'https://id.example',
      now: () => now,
    });

    expect(decodeJwt(token)).toMatchObject({ aud: 'push', iss: 'https://id.example' });
  });

  test('proves nothing to a service that has another secret', async () => {
    const token = await createToken({ uid: 'u1', secret, now: () => now });

    expect(await identify(token, now, `${secret}!`)).toMatchObject({ code: 'token-signature' });
  });

  test('says how it is signed, for whom and from when to when, and no more', async () => {
    const token = await createToken({ uid: 'u1', secret, now: () => now });

    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(token)).toEqual({ sub: 'u1', iat: seconds, exp: seconds + 3_600 });
  });

  test('begins now when no time is given', async () => {
    const before = Date.now();
    const proven = await identify(await createToken({ uid: 'u1', secret, ttlSeconds: 10 }), before);

    expect(proven).toMatchObject({ uid: 'u1' });
    expect((proven as { expiresAt: number }).expiresAt).toBeGreaterThan(before + 9_000);
  });

  test.each([
    ['an empty uid', { uid: '' }],
    ['a uid of over 1,024 bytes', { uid: 'é'.repeat(513) }],
    ['an empty secret', { secret: '' }],
    ['no time to live', { ttlSeconds: 0 }],
    ['part of a second', { ttlSeconds: 1.5 }],
    ['no end', { ttlSeconds: Number.POSITIVE_INFINITY }],
  ])('is not made with %s', async (_what, options) => {
    await expect(createToken({ uid: 'u1', secret, ...options })).rejects.toThrow(TypeError);
  });
});
