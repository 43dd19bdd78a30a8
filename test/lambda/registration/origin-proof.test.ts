import { expect, test } from 'vitest';
import { originProof } from '../../../lambda/registration/origin-proof.ts';

const valid = ['new-value', 'old-value'];
const isProven = originProof(async (accepts) => accepts(valid));

test.each([
  ['the value', { 'x-uidpush-origin-secret': 'new-value' }, true],
  ['the value before', { 'X-Uidpush-Origin-Secret': 'old-value' }, true],
  ['another value', { 'x-uidpush-origin-secret': 'guessed' }, false],
  ['an empty one', { 'x-uidpush-origin-secret': '' }, false],
  ['none', { origin: 'https://app.example' }, false],
])('a connect with %s is let in: %j → %s', async (_, headers, expected) => {
  expect(await isProven(headers)).toBe(expected);
});

test('what has no such header costs no read of the secret', async () => {
  const proof = originProof(() => Promise.reject(new Error('The secret was read.')));
  expect(await proof({})).toBe(false);
});
