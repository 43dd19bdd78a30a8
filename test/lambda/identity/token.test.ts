import { CompactSign, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { isProven } from '../../../lambda/identity/identity.ts';
import { identifyByProvider, identifyBySecret, type TokenRules } from '../../../lambda/identity/token.ts';
import { ValidValues } from '../../../lambda/secret/valid-values.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1000;
const secret = 'a-secret-of-the-stack-that-is-long-enough-for-HS256';
const older = 'the-secret-before-it-that-is-long-enough-for-HS256';

function signed(claims: JWTPayload, key = secret, alg = 'HS256'): Promise<string> {
  const complete = { sub: 'u1', exp: seconds + 60, ...claims };
  return new SignJWT(complete).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
}

/** A token whose claims are exactly this text: numbers and texts that `JSON.stringify` would never make. */
function signedText(claims: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(claims))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}

function identify(rules: TokenRules = {}, secrets = [secret, older]) {
  return identifyBySecret(new ValidValues('the-secret', async () => secrets), rules, () => now);
}

async function codeOf(token: string, rules?: TokenRules): Promise<string> {
  const outcome = await identify(rules)(token);
  return isProven(outcome) ? `proven ${outcome.uid}` : outcome.code;
}

describe('a token signed with the secret', () => {
  test('proves its sub until its exp', async () => {
    expect(await identify()(await signed({ sub: '用户 1' }))).toEqual({
      uid: '用户 1',
      expiresAt: now + 60_000,
    });
  });

  test('is accepted with either of two valid secrets', async () => {
    expect(await codeOf(await signed({}, older))).toBe('proven u1');
  });

  test('with another secret is refused', async () => {
    expect(await codeOf(await signed({}, 'forged-secret-that-is-long-enough-for-HS256'))).toBe(
      'token-signature',
    );
  });

  test('whose claims were changed is refused', async () => {
    const [header, , signature] = (await signed({})).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'admin', exp: seconds + 60 })).toString('base64url');

    expect(await codeOf(`${header}.${claims}.${signature}`)).toBe('token-signature');
  });

  test.each([
    ['expired', { exp: seconds - 1 }, 'token-expired'],
    ['expiring this second', { exp: seconds }, 'token-expired'],
    ['expired within the leeway of clocks', { exp: seconds - 29 }, 'token-expired'],
    ['ending within this second', { exp: seconds + 0.9 }, 'token-expired'],
    ['of long ago', { exp: -1e306 }, 'token-expired'],
    ['not valid yet', { nbf: seconds + 31 }, 'token-not-yet-valid'],
    ['never valid', { nbf: 1e306 }, 'token-not-yet-valid'],
    ['without exp', { exp: undefined }, 'token-claims'],
    ['without sub', { sub: undefined }, 'token-claims'],
    ['with an empty sub', { sub: '' }, 'token-claims'],
    ['with a sub that is too long', { sub: 'x'.repeat(1_025) }, 'token-claims'],
  ] as [string, JWTPayload, string][])('that is %s is refused', async (_what, claims, code) => {
    expect(await codeOf(await signed(claims))).toBe(code);
  });

  const revocable = { maxLifeSeconds: 60 };
  test.each([
    ['as long as it may be', { iat: seconds, exp: seconds + 60 }, 'proven u1'],
    ['of a clock that is ahead of ours', { iat: seconds + 30, exp: seconds + 60 }, 'proven u1'],
    ['too long', { iat: seconds - 1, exp: seconds + 60 }, 'token-claims'],
    ['without iat', {}, 'token-claims'],
    ['issued later', { iat: seconds + 31, exp: seconds + 60 }, 'token-not-yet-valid'],
    ['expired, and too long', { iat: seconds - 600, exp: seconds }, 'token-expired'],
  ] as [string, JWTPayload, string][])(
    'where it can be revoked, that is %s is %s',
    async (_, claims, code) => {
      expect(await codeOf(await signed(claims), revocable)).toBe(code);
    },
  );

  test('where it can be revoked, proves when it was issued', async () => {
    const proven = await identify(revocable)(await signed({ iat: seconds - 5, exp: seconds + 5 }));
    expect(proven).toEqual({ uid: 'u1', expiresAt: now + 5_000, issuedAt: seconds - 5 });
  });

  test.each([
    ['exp', '"soon"'],
    ['exp', 'null'],
    ['exp', 'true'],
    ['exp', '[1]'],
    ['nbf', '"now"'],
    ['nbf', 'null'],
    ['iat', '{}'],
    ['sub', '5'],
    ['sub', 'null'],
    ['sub', '["u1"]'],
    ['sub', '"\\ud800"'],
  ])('whose %s is %s has claims that can’t be used', async (name, value) => {
    const text = JSON.stringify({ sub: 'u1', exp: seconds + 60, [name]: 0 }).replace(
      new RegExp(`"${name}":("u1"|\\d+)`),
      `"${name}":${value}`,
    );

    expect(await codeOf(await signedText(text))).toBe('token-claims');
  });

  test.each([
    ['a fraction of a second', `${seconds + 60}.7506`, now + 60_000],
    ['more milliseconds than a double can count', '1e306', 8.64e15],
    ['more than a double can hold', '1e999', 8.64e15],
    ['milliseconds, mistaken for seconds', String(now + 60_000), (now + 60_000) * 1_000],
  ])('whose exp is %s ends with a whole second, in finite milliseconds', async (_what, exp, expiresAt) => {
    expect(await identify()(await signedText(`{"sub":"u1","exp":${exp}}`))).toEqual({ uid: 'u1', expiresAt });
  });

  test('may be up to 30 seconds ahead of our clock', async () => {
    expect(await codeOf(await signed({ nbf: seconds + 30, iat: seconds + 30 }))).toBe('proven u1');
  });

  test('may be for several audiences, ours among them', async () => {
    const rules = { audience: 'push' };

    expect(await codeOf(await signed({ aud: ['shop', 'push'] }), rules)).toBe('proven u1');
    expect(await codeOf(await signed({ aud: ['shop'] }), rules)).toBe('token-audience');
    expect(await codeOf(await signed({ aud: [] }), rules)).toBe('token-audience');
  });

  test.each([
    ['aud', { audience: 'push' }, 'token-audience'],
    ['iss', { issuer: 'https://id.example' }, 'token-issuer'],
  ] as const)('must have the %s that is asked for', async (claim, rules, code) => {
    const wanted = Object.values(rules)[0];

    expect(await codeOf(await signed({ [claim]: wanted }), rules)).toBe('proven u1');
    expect(await codeOf(await signed({ [claim]: 'other' }), rules)).toBe(code);
    expect(await codeOf(await signed({}), rules)).toBe(code);
  });
});

describe('a token that chooses how it is checked', () => {
  test('"none" is refused', async () => {
    const unsigned = new UnsecuredJWT({ sub: 'u1', exp: seconds + 60 }).encode();

    expect(await codeOf(unsigned)).toBe('token-algorithm');
  });

  test('another HMAC is refused', async () => {
    expect(await codeOf(await signed({}, secret.repeat(2), 'HS512'))).toBe('token-algorithm');
  });

  test('HS256 with the provider’s public key as the secret is refused', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const byProvider = identifyByProvider(
      async () => publicKey,
      {},
      () => now,
    );
    const forged = await signed({}, JSON.stringify(await exportJWK(publicKey)));

    expect(await byProvider(forged)).toMatchObject({ code: 'token-algorithm' });
  });
});

describe('a credential that is no token', () => {
  test.each(['u1', '', 'a.b.c', '{"sub":"u1"}', '..', 'eyJhbGciOiJIUzI1NiJ9..'])(
    'is refused: %j',
    async (text) => {
      expect(await codeOf(text)).toMatch(/^token-(malformed|signature)$/);
    },
  );

  test('is refused unread when it is too long', async () => {
    expect(await codeOf('x'.repeat(8_193))).toBe('token-too-large');
  });
});

describe('a provider’s token', () => {
  test.each(['RS256', 'ES256', 'EdDSA'])('signed with %s proves its sub', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const token = await new SignJWT({ sub: 'u1', exp: seconds + 60, iss: 'i', aud: 'a' })
      .setProtectedHeader({ alg })
      .sign(privateKey);
    const byProvider = identifyByProvider(
      async () => publicKey,
      { issuer: 'i', audience: 'a' },
      () => now,
    );

    expect(await byProvider(token)).toEqual({ uid: 'u1', expiresAt: now + 60_000 });
  });

  test('while the provider’s keys can’t be had is nobody’s fault: it throws', async () => {
    const down = identifyByProvider(
      async () => {
        throw new TypeError('fetch failed');
      },
      {},
      () => now,
    );
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({ sub: 'u1', exp: seconds + 60 })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);

    await expect(down(token)).rejects.toThrow('fetch failed');
  });
});
