import { describe, expect, test } from 'vitest';
import { postEvent } from '../../../lambda/webhook/post-event.ts';
import { allowedLookup, isAllowedAddress } from '../../../lambda/webhook/public-address.ts';

describe('an address', () => {
  test.each([
    '93.184.216.34',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])('of the internet is allowed: %s', (address) => {
    expect(isAllowedAddress(address, false)).toBe(true);
  });

  test.each([
    ...[
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '0.0.0.0',
    ],
    ...['224.0.0.1', '255.255.255.255', '198.18.0.1', 'fe80::1', 'fd00:ec2::254', 'fc00::1', 'ff02::1', '::'],
    ...[
      '::ffff:10.0.0.1',
      '::ffff:93.184.216.34',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      '2001:db8::1',
      'nothing',
    ],
  ])('of a network of one’s own, or of none, is not: %s', (address) => {
    expect(isAllowedAddress(address, false)).toBe(false);
    expect(isAllowedAddress(address, true)).toBe(false);
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1'])(
    'of this machine is on the local stack alone: %s',
    (address) => {
      expect(isAllowedAddress(address, false)).toBe(false);
      expect(isAllowedAddress(address, true)).toBe(true);
    },
  );
});

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1:8443/',
  'https://2130706433/',
  'http://93.184.216.34/',
])('nothing is posted to %s', async (url) => {
  await expect(postEvent('{}', {}, { url })).rejects.toMatchObject({ name: 'PrivateAddressError' });
});

test.each([
  [{ all: true }, [{ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }]],
  [{}, expect.stringMatching(/^(127\.0\.0\.1|::1)$/)],
])('a name is looked up to connect to, and only to what is allowed, with %j', async (options, address) => {
  const lookup = (allowsLoopback: boolean) =>
    new Promise((resolve, reject) => {
      allowedLookup(allowsLoopback)('localhost', options, (error, found) => {
        if (error) reject(error);
        else resolve(Array.isArray(found) ? found.slice(0, 1) : found);
      });
    });

  await expect(lookup(false)).rejects.toMatchObject({ name: 'PrivateAddressError' });
  expect(await lookup(true)).toEqual(
    Array.isArray(address) ? [expect.objectContaining(address[0]!)] : address,
  );
});
