import * as v from 'valibot';
import { parseJson } from '../../protocol/json-text.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { refusal } from './answers.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { readBody } from './read-body.ts';
import { retryAfterOf } from './retry-after.ts';

const maxProblemBytes = 16_384;

/**
 * An answer with an error status. The service states its reasons as RFC 9457 defines, and AWS in a format of its own;
 * from anything else that answers in their place only the status is known.
 */
export async function errorAnswer(response: Response, now: number): Promise<PushError> {
  const { status, headers } = response;
  const text = await readText(response);
  const body = parseJson(text);
  const isProblem = /^application\/problem\+json *(;|$)/i.test(headers.get('content-type') ?? '');
  const retryAfterMs = retryAfterOf(headers, now);
  const circumstances = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (isProblem && v.is(refusal, body)) {
    const { code, detail } = body;
    return new PushError(code, `The push URL answered ${status} ${code}.`, { ...circumstances, detail });
  }
  const detail = awsReason(headers, body);
  return new PushError(PushErrorCode.unexpectedStatus, `The push URL answered ${status}.`, {
    ...circumstances,
    ...(detail !== undefined && { detail }),
  });
}

/** A body that can't be read, or is longer than a reason, says nothing. */
async function readText(response: Response): Promise<string> {
  try {
    return decodeUtf8(await readBody(response, maxProblemBytes)) ?? '';
  } catch {
    return '';
  }
}

const awsErrorSchema = v.object({
  __type: v.optional(v.string()),
  message: v.optional(v.string()),
  Message: v.optional(v.string()),
});

/**
 * AWS's error type and its first sentences: `ExpiredTokenException: The security token included in the request is
 * expired`. The type is in a header or in the body, with or without a namespace before and an address behind it;
 * function URLs answer `Message`, the API of Lambda `message`.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
function awsReason(headers: Headers, body: unknown): string | undefined {
  const parsed = v.safeParse(awsErrorSchema, body);
  const { __type, message, Message } = parsed.success ? parsed.output : {};
  const type = /^(?:[\w.]+#)?([A-Za-z]\w{0,99})(?=:|$)/.exec(
    headers.get('x-amzn-errortype') ?? __type ?? '',
  )?.[1];
  const reason = firstSentences(message ?? Message ?? '');
  return [type, reason].filter(Boolean).join(': ') || undefined;
}

const maxReasonLength = 300;

/** The first line: after it AWS may repeat the request that it has seen, session token included. */
function firstSentences(message: string): string {
  const line = message.split(/[\r\n]|The Canonical String/, 1)[0] ?? '';
  return line
    .replaceAll(/[^ -~]/g, '')
    .slice(0, maxReasonLength)
    .trim();
}
