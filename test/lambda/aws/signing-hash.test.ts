import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signingHash } from '../../../lambda/aws/signing-hash.ts';

const Hash = signingHash();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test.each([[[]], [['']], [['one']], [['one', 'ü👋']]])('the hash of %j is its SHA-256', async (chunks) => {
  const hash = new Hash();
  for (const chunk of chunks) hash.update(chunk);

  expect(hex(await hash.digest())).toBe(createHash('sha256').update(chunks.join('')).digest('hex'));
});

test.each([
  'a secret',
  Uint8Array.of(1, 2, 255),
  Uint8Array.of(1, 2, 255).buffer,
  new DataView(new ArrayBuffer(40), 4, 3),
])('with a secret it is the HMAC, each time that the secret is used', async (secret) => {
  const expected = createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret))
    .update('text')
    .digest('hex');

  for (let time = 0; time < 2; time++) {
    const hash = new Hash(secret);
    hash.update(new TextEncoder().encode('text'));
    expect(hex(await hash.digest())).toBe(expected);
  }
});

test('secrets of the same length are not taken for each other', async () => {
  const [one, other] = await Promise.all(
    [Uint8Array.of(1), Uint8Array.of(2)].map(async (secret) => hex(await new Hash(secret).digest())),
  );

  expect(one).not.toBe(other);
});

function bytesOf(secret: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
