import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { allowedLookup, isAllowedAddress, PrivateAddressError } from './public-address.ts';

const timeoutMs = 10_000;

export type PostEventOptions = {
  url: string;
  /** @default false */
  allowsLoopback?: boolean;
};

/**
 * Posts an event, and returns the status of the answer. What the answer says is not read, and no redirect is followed.
 *
 * @throws when there is no answer in ten seconds, or the address is not a public one
 */
export function postEvent(
  body: string,
  headers: Readonly<Record<string, string>>,
  { url, allowsLoopback = false }: PostEventOptions,
): Promise<number> {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // A connection to an address looks nothing up.
  if (isIP(host) !== 0 && !isAllowedAddress(host, allowsLoopback)) {
    return Promise.reject(new PrivateAddressError('The address is not public.'));
  }
  if (protocol !== 'https:' && !allowsLoopback) {
    return Promise.reject(new PrivateAddressError('A webhook goes by https.'));
  }
  const request = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        lookup: allowedLookup(allowsLoopback),
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'uidpush',
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
