import { ProblemCode } from '../../protocol/problem.ts';
import { PushAuth } from '../names.ts';
import { logRefusal } from '../refusal-log.ts';
import type { ValidValues } from '../secret/valid-values.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/** How callers of the push URL prove that they may call it: by AWS's signature, or by one of a secret's values. */
export type Authorisation =
  | { by: typeof PushAuth.iam }
  | { by: typeof PushAuth.secret; validValues: ValidValues };

/** Returns whether a request may be answered. Throws when the secret can't be read. */
export async function isAuthorised(event: FunctionUrlEvent, authorisation: Authorisation): Promise<boolean> {
  if (authorisation.by === PushAuth.iam) return isSigned(event);
  const secret = bearerOf(event.headers.authorization);
  return secret !== undefined && authorisation.validValues.includes(secret);
}

/**
 * With `pushAuth=iam` AWS has checked the signature and the caller's permission before the function runs, and says so
 * in the event. A URL that has another setting, by hand or while a deployment changes the function before the URL, does
 * not.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
function isSigned({ requestContext }: FunctionUrlEvent): boolean {
  const iam: unknown = requestContext.authorizer?.iam;
  return typeof iam === 'object' && iam !== null;
}

/** The secret of an `Authorization: Bearer <secret>` header; `undefined` when there is none. RFC 6750. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([^ ]+)$/i.exec(header ?? '')?.[1];
}

/** The reason of a refusal, for people, and the scheme that a 401 must name. RFC 9110, section 11.6.1. */
const refusals = {
  [PushAuth.iam]: {
    detail: 'the request reached the function without a signature that AWS has checked',
    challenge: 'AWS4-HMAC-SHA256',
  },
  [PushAuth.secret]: { detail: 'the request bears no valid secret', challenge: 'Bearer' },
} as const;

/** Logs that a request was refused, and returns its answer. */
export function unauthorised({ by }: Authorisation): HttpResponse {
  const { detail, challenge } = refusals[by];
  logRefusal('request-unauthorised');
  return problemResponse(ProblemCode.unauthorised, detail, { 'www-authenticate': challenge });
}
