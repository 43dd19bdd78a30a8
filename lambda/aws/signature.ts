import { createHmac, hash } from 'node:crypto';
import type { Caller } from './caller.ts';

/** A request as it is signed. */
export type Signable = {
  method: string;
  /** As it is sent: percent-encoded, without a query. */
  path: string;
  /** In lower case. */
  headers: Record<string, string>;
  body: string;
};

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * Signs requests to one service with Signature Version 4. A push to a thousand connections is a thousand signatures, so the key, which is the
 * same for a day, is derived once.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  readonly #service: string;
  readonly #caller: Caller;
  #day: { date: string; scope: string; key: Buffer } | undefined;

  constructor(service: string, caller: Caller) {
    this.#service = service;
    this.#caller = caller;
  }

  /** The headers, with those that sign them. `now`: milliseconds since the epoch. */
  sign({ method, path, headers, body }: Signable, now: number): Record<string, string> {
    const { accessKeyId, sessionToken } = this.#caller;
    const time = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const { scope, key } = this.#dayOf(time.slice(0, 8));
    const signed: Record<string, string> = {
      ...headers,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(signed).sort();
    const canonicalHeaders = names.map((name) => `${name}:${signed[name]}\n`).join('');
    const signedHeaders = names.join(';');
    const canonical = `${method}\n${canonicalPath(path)}\n\n${canonicalHeaders}\n${signedHeaders}\n${sha256(body)}`;
    const signature = createHmac('sha256', key)
      .update(`${algorithm}\n${time}\n${scope}\n${sha256(canonical)}`)
      .digest('hex');
    signed.authorization = `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return signed;
  }

  #dayOf(date: string): { scope: string; key: Buffer } {
    if (this.#day?.date === date) return this.#day;
    const { region, secretAccessKey } = this.#caller;
    const parts = [date, region, this.#service, 'aws4_request'];
    const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
    this.#day = { date, scope: parts.join('/'), key };
    return this.#day;
  }
}

/** Each part of a path is encoded once more than it is sent, as every service but S3 wants it. */
function canonicalPath(path: string): string {
  return path.split('/').map(encodeRfc3986).join('/');
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
