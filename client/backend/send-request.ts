import { type CredentialsProvider, environmentCredentials } from './credentials.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { functionUrlRegion, type PlainRequest, signed } from './signature.ts';

export type PushClientOptions = {
  /** The push URL, with or without a `/` at its end. */
  url: string;
  /** Milliseconds in which the answer must be complete. Default: 30,000. */
  timeoutMs?: number;
  /** The AWS region to sign for. Default: that of a Lambda function URL; for every other host requests are not signed. */
  region?: string;
  /** Default: the environment variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
  credentials?: CredentialsProvider;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
};

type RequestParts = {
  method: string;
  /** Relative to the push URL, without a `/` at its start. */
  path: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
  /** A longer answer is an error and is not read to its end. */
  maxAnswerBytes: number;
};

/** Sends one request to the push URL and answers the bytes of a 200 answer; everything else is a `PushError`. */
export type SendRequest = (parts: RequestParts) => Promise<Uint8Array>;

/**
 * Throws a `TypeError` when the push URL is not an address.
 *
 * Nothing is retried: once a request may have left, a second one may push a second time, and a connection that was refused is
 * better retried by the caller, who knows how long the message is worth waiting for.
 */
export function createSendRequest(options: PushClientOptions): SendRequest {
  const { timeoutMs = 30_000, credentials = environmentCredentials } = options;
  const send = options.fetch ?? fetch;
  const baseUrl = toBaseUrl(options.url);
  const region = options.region ?? functionUrlRegion(baseUrl);

  return async ({ method, path, contentType, body, maxAnswerBytes }) => {
    const plain = { url: new URL(path, baseUrl), method, headers: { 'content-type': contentType }, body };
    const { url, headers } = region === undefined ? plain : await sign(plain, credentials, region);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // A redirect is answered to the caller, not followed: the signature holds for this host alone.
      const response = await send(url, { method, headers, body, signal, redirect: 'manual' });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new PushError(PushErrorCode.unexpectedStatus, `The push URL answered ${response.status}.`);
      }
      return await readBody(response, maxAnswerBytes);
    } catch (error) {
      if (error instanceof PushError) throw error;
      throw signal.aborted
        ? new PushError(PushErrorCode.timedOut, `No answer within ${timeoutMs} ms.`, { cause: error })
        : new PushError(PushErrorCode.unreachable, 'The push URL cannot be reached.', { cause: error });
    }
  };
}

function toBaseUrl(url: string): URL {
  const hasScheme = /^https?:\/\//.test(url);
  if (!hasScheme || !URL.canParse(url)) throw new TypeError('The push URL must be an http or https address.');
  return new URL(url.endsWith('/') ? url : `${url}/`);
}

async function sign(
  request: PlainRequest,
  credentials: CredentialsProvider,
  region: string,
): Promise<PlainRequest> {
  try {
    return await signed(request, await credentials(), region);
  } catch (error) {
    throw new PushError(PushErrorCode.noCredentials, 'There are no credentials to sign with.', {
      cause: error,
    });
  }
}

/** Leaving the loop cancels the rest of the body. */
async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new PushError(PushErrorCode.unexpectedAnswer, `The answer has over ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
