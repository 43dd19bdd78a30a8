import { bearerOf, isOneOf } from './bearer.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';

/** Whether a request may be answered; throws when that can't be found out. */
export type Authorise = (event: FunctionUrlEvent) => Promise<boolean>;

/** With `pushAuth=iam` AWS has checked the signature and the caller's permission before the function runs. */
export const authorisedByIam: Authorise = async () => true;

/** With `pushAuth=secret` the request must bear one of the secret's valid values. */
export function authoriseBySecret(
  hasValid: (accepts: (values: readonly string[]) => boolean) => Promise<boolean>,
): Authorise {
  return async (event) => {
    const secret = bearerOf(event.headers.authorization);
    return secret !== undefined && hasValid((values) => isOneOf(secret, values));
  };
}
