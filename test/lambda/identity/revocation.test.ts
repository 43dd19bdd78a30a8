import { describe, expect, test } from 'vitest';
import { revocationError } from '../../../lambda/identity/revocation.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const seconds = now / 1_000;
const of = (issuedAt: number) => ({ uid: 'u', issuedAt });

describe('a token of a uid that was logged out', () => {
  test.each([
    ['before it', -1, 'token-revoked'],
    ['in the same second', 0, 'token-revoked'],
    ['in the same second, by a clock that has fractions', 0.9, 'token-revoked'],
    ['in the next second', 1, undefined],
  ])('issued %s', (_, after, code) => {
    expect(revocationError({ revokedThrough: seconds }, of(seconds + after), now)?.code).toBe(code);
  });

  test('is refused if it does not say when it was issued', () => {
    expect(revocationError({ revokedThrough: seconds }, { uid: 'u' }, now)?.code).toBe('token-revoked');
  });
});

test('a block ends at its time, not before, however new the token is', () => {
  const block = { blockedUntil: now };
  expect(revocationError(block, of(seconds + 60), now - 1)?.code).toBe('blocked');
  expect(revocationError(block, of(seconds + 60), now)).toBeUndefined();
});

test('without a revocation nothing is refused', () => {
  expect(revocationError(undefined, of(0), now)).toBeUndefined();
  expect(revocationError({}, of(0), now)).toBeUndefined();
});
