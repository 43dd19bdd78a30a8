/** The body has more bytes than the answer can have. */
export class BodyTooLongError extends Error {
  override readonly name = 'BodyTooLongError';
}

/** Throws a `BodyTooLongError` after `maxBytes`, without reading the rest: leaving the loop cancels the body. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLongError(`The answer has over ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
