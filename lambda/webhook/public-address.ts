import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that are nobody's on the internet: networks of one's own, the machine itself, metadata of clouds.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry/, iana-ipv6-special-registry/
 */
const notPublic = { ipv4: new BlockList(), ipv6: new BlockList() };
const loopback = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.ipv4.addSubnet(network, prefix, 'ipv4');
}
/**
 * Not in one list with the others, where an IPv4 address counts as `::ffff:…`. All that is not global unicast, and of
 * that what stands for an IPv4 address or is for documents.
 */
for (const [network, prefix] of [
  ['::', 3],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['4000::', 2],
  ['8000::', 1],
] as const) {
  notPublic.ipv6.addSubnet(network, prefix, 'ipv6');
}
loopback.ipv4.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.ipv6.addAddress('::1', 'ipv6');

export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** `allowsLoopback`: on the local stack alone. */
export function isAllowedAddress(address: string, allowsLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0) return false;
  return (
    !notPublic[family].check(address, family) || (allowsLoopback && loopback[family].check(address, family))
  );
}

/**
 * Looks a name up, and fails unless all of its addresses are allowed. It is the connection's own lookup: what was
 * checked is what is connected to.
 */
export function allowedLookup(allowsLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (!addresses.every(({ address }) => isAllowedAddress(address, allowsLoopback))) {
        return callback(new PrivateAddressError('The name has an address that is not public.'), []);
      }
      const [first] = addresses;
      if (options.all || !first) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
