import { describe, expect, test } from 'vitest';
import { isOriginAllowed } from '../../../lambda/registration/origin.ts';

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

describe('with https://*.example.com a socket opens', () => {
  const pattern = 'https://*.example.com';

  test.each(['https://a.example.com', 'https://xn--bcher-kva.example.com', 'https://a_b-1.example.com'])(
    'for one label of any name: %s',
    (origin) => {
      expect(isOriginAllowed({ Origin: origin }, pattern)).toBe(true);
    },
  );

  test.each([
    'https://example.com',
    'https://.example.com',
    'https://a.b.example.com',
    'https://aexample.com',
    'https://evil.com/.example.com',
    'https://evil.com#.example.com',
    'https://user@.example.com',
    'https://a.example.com.evil.com',
    'https://a.example.com:8443',
    'http://a.example.com',
    'https://*.example.com',
  ])('not for %s', (origin) => {
    expect(isOriginAllowed({ Origin: origin }, pattern)).toBe(false);
  });
});

test.each([',', '*', 'https://*', 'https://*.*.com', 'https://a.example,'])(
  'a list that came out of a deployment as %j opens for nothing that it does not name',
  (list) => {
    for (const origin of ['', 'null', 'https://evil.example', 'https://x.y.com', 'https://x'])
      expect(isOriginAllowed({ Origin: origin }, list)).toBe(false);
  },
);
