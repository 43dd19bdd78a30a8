import { type ConnectHeaders, headerOf } from './connect-header.ts';

/**
 * Whether a page may open a socket, by its origin. Browsers send `Origin` and no page can forge it; they apply no CORS
 * to WebSockets, so this is the only check. Programs other than browsers send no `Origin`, or any: with a list, they
 * must send one of the list.
 *
 * `allowed`: comma list of origins (`https://app.example.com`, `https://*.example.com`); empty: any.
 */
export function isOriginAllowed(headers: ConnectHeaders, allowed: string): boolean {
  if (allowed === '') return true;
  const origin = headerOf(headers, 'origin');
  return origin !== undefined && origin !== '' && allowed.split(',').some((pattern) => fits(origin, pattern));
}

/**
 * `*` stands for one label of a host's name: letters, digits, hyphens and underscores, so it holds no dot, colon or
 * slash.
 */
function fits(origin: string, pattern: string): boolean {
  const [before = '', after, ...others] = pattern.split('*');
  if (after === undefined) return origin === pattern;
  if (after === '' || others.length > 0) return false;
  const label = origin.slice(before.length, -after.length);
  return origin === before + label + after && /^[a-z\d_-]+$/.test(label);
}
