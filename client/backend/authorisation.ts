import * as v from 'valibot';
import { secretText } from './check-options.ts';
import type { ClientOptions } from './client-options.ts';
import { type CredentialsProvider, checkedCredentials } from './credentials.ts';
import { defaultCredentials } from './default-credentials.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import type { ServiceClock } from './service-clock.ts';
import { type PlainRequest, type SigningScope, signed, signingScopeOf } from './signature.ts';

type Secret = NonNullable<ClientOptions['secret']>;

/** By what requests prove that they may be made. */
export type Authorisation =
  | { kind: 'secret'; secret: Secret }
  | { kind: 'signature'; scope: SigningScope; credentials: CredentialsProvider }
  | { kind: 'none' };

/** Throws a `TypeError` for credentials that would not be used. */
export function authorisationOf(options: ClientOptions): Authorisation {
  const { url, secret, credentials } = options;
  if (secret !== undefined) return { kind: 'secret', secret };
  const region = options.region ?? signingScopeOf(url)?.region;
  if (region !== undefined) {
    const scope = { service: serviceOf(options), region };
    return { kind: 'signature', scope, credentials: credentials ?? defaultCredentials() };
  }
  if (credentials !== undefined) {
    throw new TypeError(
      'createPushClient: "credentials" need the option "region": the push URL does not say the region to sign for.',
    );
  }
  return { kind: 'none' };
}

/** AWS's service behind the push URL, by its name or as the caller says. */
export function serviceOf({ url, service }: Pick<ClientOptions, 'url' | 'service'>): SigningScope['service'] {
  return service ?? signingScopeOf(url)?.service ?? 'lambda';
}

/** Adds to a request what proves that it may be made. Throws a `PushError` when that can't be had. */
export async function authorise(
  request: PlainRequest,
  authorisation: Authorisation,
  clock: ServiceClock,
): Promise<PlainRequest> {
  try {
    switch (authorisation.kind) {
      case 'secret':
        return await withSecret(request, authorisation.secret);
      case 'signature': {
        const credentials = checkedCredentials(await authorisation.credentials());
        return await signed(request, credentials, authorisation.scope, clock.now());
      }
      case 'none':
        return request;
    }
  } catch (error) {
    throw new PushError(PushErrorCode.noCredentials, 'There are no usable credentials.', { cause: error });
  }
}

async function withSecret(request: PlainRequest, secret: Secret): Promise<PlainRequest> {
  const value: unknown = typeof secret === 'string' ? secret : await secret();
  if (!v.is(secretText, value)) {
    throw new Error('The secret is not a text of visible ASCII characters without spaces and line breaks.');
  }
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${value}` } };
}
