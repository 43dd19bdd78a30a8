import { describe, expect, test } from 'vitest';
import { isOriginAllowed } from '../../lambda/registration/origin.ts';

const list = 'https://app.example.com,http://localhost:3000';

describe('a socket opens', () => {
  test('for any origin, or none, when there is no list', () => {
    expect(isOriginAllowed({ Origin: 'https://anything.example' }, '')).toBe(true);
    expect(isOriginAllowed({}, '')).toBe(true);
  });

  test.each(['Origin', 'origin', 'ORIGIN'])('for an origin of the list, the header written %s', (name) => {
    expect(isOriginAllowed({ [name]: 'http://localhost:3000' }, list)).toBe(true);
  });

  test.each([
    ['another host', 'https://evil.example'],
    ['a host that begins alike', 'https://app.example.com.evil.example'],
    ['another port', 'http://localhost:3001'],
    ['another scheme', 'http://app.example.com'],
    ['two of the list at once', list],
    ['a page without an origin', 'null'],
  ])('not for %s', (_what, origin) => {
    expect(isOriginAllowed({ Origin: origin }, list)).toBe(false);
  });

  test('not for a program that names no origin', () => {
    expect(isOriginAllowed({ Host: 'app.example.com' }, list)).toBe(false);
  });
});
