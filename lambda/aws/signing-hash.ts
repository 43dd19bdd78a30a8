import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { HashConstructor, SourceData } from '@smithy/types';

/**
 * Returns SHA-256, and HMAC with a secret, for one signer of the SDK. It signs each request with the same few secrets.
 * Node 24 takes four times as long to make an HMAC from bytes as from a key that it has made before, so the keys are
 * reused: two of texts, which are the caller's secret with and without a prefix, and those of bytes for as long as the
 * signer holds them.
 */
export function signingHash(): HashConstructor {
  const keysOfTexts = new Map<string, KeyObject>();
  const keysOfBytes = new WeakMap<object, KeyObject>();

  function keyOf(secret: SourceData): KeyObject {
    const known = typeof secret === 'string' ? keysOfTexts.get(secret) : keysOfBytes.get(secret);
    if (known) return known;
    const key = createSecretKey(bytesOf(secret));
    if (typeof secret === 'string') keysOfTexts.set(secret, key);
    else keysOfBytes.set(secret, key);
    return key;
  }

  return class {
    readonly #key: KeyObject | undefined;
    readonly #chunks: Uint8Array[] = [];

    constructor(secret?: SourceData) {
      this.#key = secret === undefined ? undefined : keyOf(secret);
    }

    update(chunk: SourceData): void {
      this.#chunks.push(bytesOf(chunk));
    }

    async digest(): Promise<Uint8Array> {
      const [first = new Uint8Array(), ...others] = this.#chunks;
      const bytes = others.length === 0 ? first : Buffer.concat(this.#chunks);
      return this.#key
        ? createHmac('sha256', this.#key).update(bytes).digest()
        : hash('sha256', bytes, 'buffer');
    }
  };
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
