import type { IncomingMessage } from 'node:http';

/**
 * The body of a request of at most `maxBytes`. A longer one is read to its end, so that the sender reads the answer,
 * but not kept.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too long' | 'aborted'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
    }
  } catch {
    // The only error of a request's stream is that its sender has gone.
    return 'aborted';
  }
  return length <= maxBytes ? Buffer.concat(chunks, length) : 'too long';
}
