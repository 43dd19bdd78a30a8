import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { HttpRequest, RequestSigner, RequestSigningArguments } from '@smithy/types';
import type { Caller } from './client-settings.ts';

const algorithm = 'AWS4-HMAC-SHA256';

/** One day's key. */
type DayKey = { date: string; scope: string; key: KeyObject };

/**
 * Signs the requests of one client with Signature Version 4, in place of the SDK's signer, which a test holds it to. A
 * push to a thousand connections is a thousand signatures, of which the SDK's makes most parts anew: decision 14 has
 * what that takes. The requests have no query, and a body in memory.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class SignatureV4Signer implements RequestSigner {
  readonly #service: string;
  readonly #caller: Caller;
  #dayKey: DayKey | undefined;

  constructor(service: string, caller: Caller) {
    this.#service = service;
    this.#caller = caller;
  }

  /** Returns the request with the headers that sign it. */
  async sign(request: HttpRequest, { signingDate = new Date() }: RequestSigningArguments = {}) {
    const { accessKeyId, sessionToken } = this.#caller;
    const time = new Date(signingDate).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    const { scope, key } = this.#keyOf(time.slice(0, 8));
    const headers: Record<string, string> = {
      ...request.headers,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const names = Object.keys(headers).filter(isSigned).sort();
    const signedHeaders = names.join(';');
    const canonicalRequest = [
      request.method,
      canonicalPath(request.path),
      '',
      ...names.map((name) => `${name}:${headers[name]?.replaceAll(/\s+/g, ' ').trim()}`),
      '',
      signedHeaders,
      sha256(request.body ?? ''),
    ].join('\n');
    const signature = createHmac('sha256', key)
      .update(`${algorithm}\n${time}\n${scope}\n${sha256(canonicalRequest)}`)
      .digest('hex');
    const credential = `Credential=${accessKeyId}/${scope}`;
    headers.authorization = `${algorithm} ${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return { ...request, headers };
  }

  #keyOf(date: string): DayKey {
    if (this.#dayKey?.date === date) return this.#dayKey;
    const { region, secretAccessKey } = this.#caller;
    const parts = [date, region, this.#service, 'aws4_request'];
    const bytes = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
    this.#dayKey = { date, scope: parts.join('/'), key: createSecretKey(bytes) };
    return this.#dayKey;
  }
}

/** AWS wants `host` and its own headers signed. */
function isSigned(name: string): boolean {
  return name === 'host' || name === 'content-type' || name.startsWith('x-amz-');
}

/** Each part of a path is encoded once more than it is sent, as every service but S3 wants it. */
function canonicalPath(path: string): string {
  return path.split('/').map(encodeRfc3986).join('/');
}

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
