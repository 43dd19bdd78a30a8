import { isOneOf } from '../../protocol/secret.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';

/** How callers of the push URL prove that they may call it. */
export type Authorisation = {
  /** Whether a request may be answered. Throws when the secret can't be read. */
  isAuthorised(event: FunctionUrlEvent): Promise<boolean>;
  /** Reason of a refusal, for people. */
  refusal: string;
  /** The scheme that a 401 must name. RFC 9110, section 11.6.1. */
  challenge: string;
};

/**
 * With `pushAuth=iam` AWS has checked the signature and the caller's permission before the function runs, and says so
 * in the event. A URL that has another setting, by hand or while a deployment changes the function before the URL, does
 * not.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
export const authorisationByIam: Authorisation = {
  isAuthorised: async ({ requestContext }) => {
    const iam: unknown = requestContext.authorizer?.iam;
    return typeof iam === 'object' && iam !== null;
  },
  refusal: 'the request reached the function without a signature that AWS has checked',
  challenge: 'AWS4-HMAC-SHA256',
};

/** With `pushAuth=secret` the request must bear one of the secret's valid values. */
export function authorisationBySecret(
  hasValid: (accepts: (values: readonly string[]) => boolean) => Promise<boolean>,
): Authorisation {
  return {
    isAuthorised: async (event) => {
      const secret = bearerOf(event.headers.authorization);
      return secret !== undefined && hasValid((values) => isOneOf(secret, values));
    },
    refusal: 'the request bears no valid secret',
    challenge: 'Bearer',
  };
}

/** The secret of an `Authorization: Bearer <secret>` header; `undefined` when there is none. RFC 6750. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([^ ]+)$/i.exec(header ?? '')?.[1];
}
