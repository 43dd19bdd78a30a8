import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { isProven } from '../../lambda/identity/identity.ts';
import { identifyBySecret } from '../../lambda/identity/token.ts';
import { ValidValues } from '../../lambda/secret/valid-values.ts';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { uidProblem } from '../../protocol/uid.ts';
import * as fc from '../support/properties.ts';
import { corpus } from './corpus.ts';

const secret = 'a-secret-of-the-stack-that-is-long-enough-for-HS256';
const now = Date.parse('2026-01-01T12:00:00Z');
const identify = identifyBySecret(new ValidValues('the-secret', async () => [secret]), {}, () => now);

describe('a uid can be one exactly when it has 1 to 1,024 bytes of UTF-8', () => {
  function expectRule(uid: string): void {
    const bytes = Buffer.from(uid);
    const isOne = bytes.length >= 1 && bytes.length <= 1_024 && bytes.toString() === uid;
    expect(uidProblem(uid) === undefined).toBe(isOne);
  }

  test.each(corpus('uids'))('%s', (_, uid) => expectRule(uid));

  test('any text', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 600 });
    const text = units.map((codes) => String.fromCharCode(...codes));
    fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), expectRule), { numRuns: 2_000 });
  });
});

describe('what is not signed with the secret proves nobody, and is refused with a code that is known', () => {
  async function expectRefusal(token: string): Promise<void> {
    const outcome = await identify(token);
    if (isProven(outcome)) expect.fail('It proved somebody.');
    expect(Object.values(FrameErrorCode)).toContain(outcome.code);
    if (token.length > 8) expect(outcome.message).not.toContain(token);
  }

  test.each(corpus('tokens'))('%s', (_, token) => expectRefusal(token));

  test('any text', async () => {
    const json = fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text).toString('base64url'));
    const part = fc.oneof(
      json,
      fc.base64String({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const token = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'));
    await fc.assert(fc.asyncProperty(token, expectRefusal), { numRuns: 2_000 });
  });

  test('a good one with a character that was changed, but for those that decode to the same', async () => {
    const good = await new SignJWT({ sub: 'u1', exp: now / 1_000 + 60 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    expect(await identify(good)).toMatchObject({ uid: 'u1' });
    const decoded = (token: string) =>
      token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_.'))
      .map(([place, put]) => good.slice(0, place) + put + good.slice(place + 1))
      .filter((token) => decoded(token).join('.') !== decoded(good).join('.'));
    await fc.assert(fc.asyncProperty(changed, expectRefusal), { numRuns: 500 });
  });
});
