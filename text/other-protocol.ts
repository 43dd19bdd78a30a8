import type { Line } from '../protocol/line-decoder.ts';

/**
 * First bytes of a client of another protocol. A web page can make a browser connect to any port and send lines of
 * the page's choice after the request line, or inside the TLS greeting; no message starts like either of them.
 */

const requestLine = /^[!#$%&'*+.^_`|~\w-]+ .* HTTP\/\d[\d.]*\s*$/i;
/** As much as is kept of a line that is too long: its version, at the end, is not. */
const requestLineStart = /^[!#$%&'*+.^_`|~\w-]+ +(\/|\*|[a-z]+:\/\/)/i;

const openingBrace = 0x7b;

/** Whether a line is a request line of HTTP, of any version and method. RFC 9112, section 3. */
export function isHttpRequestLine(line: Line): boolean {
  if ('start' in line) return requestLineStart.test(Buffer.from(line.start).toString('latin1'));
  // Nearly every line is an object, and need not be copied to be looked at.
  return line.bytes[0] !== openingBrace && requestLine.test(Buffer.from(line.bytes).toString('latin1'));
}

/** Whether a connection's first bytes are a record of a TLS handshake. RFC 8446, section 5.1. */
export function isTlsGreeting(firstBytes: Uint8Array): boolean {
  return firstBytes[0] === 0x16;
}
