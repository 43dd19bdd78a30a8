import { isIPv6 } from 'node:net';

/** `host:port`, as addresses are written: an IPv6 address is in brackets. */
export function hostAndPort(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
