import { expect, test } from 'vitest';
import { OriginProof } from '../../../lambda/registration/origin-proof.ts';

const valid = ['new-value', 'old-value'];
const proof = new OriginProof('the-secret', async () => valid);

test.each([
  ['the value', { 'x-uidpush-origin-secret': 'new-value' }, true],
  ['the value before', { 'X-Uidpush-Origin-Secret': 'old-value' }, true],
  ['another value', { 'x-uidpush-origin-secret': 'guessed' }, false],
  ['an empty one', { 'x-uidpush-origin-secret': '' }, false],
  ['none', { origin: 'https://app.example' }, false],
])('a connect with %s is let in: %j → %s', async (_, headers, expected) => {
  expect(await proof.isIn(headers)).toBe(expected);
});

test('what has no such header costs no read of the secret', async () => {
  const unread = new OriginProof('the-secret', () => Promise.reject(new Error('The secret was read.')));
  expect(await unread.isIn({})).toBe(false);
});
