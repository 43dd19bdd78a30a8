import { describe, expect, test } from 'vitest';
import { bearerOf } from '../../../lambda/http/authorise.ts';
import { isOneOf } from '../../../protocol/secret.ts';

describe('the secret of a request', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    ['abc', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, secret) => {
    expect(bearerOf(header)).toBe(secret);
  });

  test('is valid when it is one of the valid ones, whole', () => {
    expect(isOneOf('new', ['new', 'old'])).toBe(true);
    expect(isOneOf('old', ['new', 'old'])).toBe(true);
    expect(isOneOf('ol', ['new', 'old'])).toBe(false);
    expect(isOneOf('old ', ['new', 'old'])).toBe(false);
    expect(isOneOf('', ['new'])).toBe(false);
    expect(isOneOf('new', [])).toBe(false);
  });
});
