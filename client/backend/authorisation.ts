import * as v from 'valibot';
import { secretText } from './check-options.ts';
import type { ClientOptions } from './client-options.ts';
import { checkedCredentials } from './credentials.ts';
import { defaultCredentials } from './default-credentials.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import type { ServiceClock } from './service-clock.ts';
import { type PlainRequest, type SigningScope, signed, signingScopeOf } from './signature.ts';

/** How requests prove that they may be made. */
export type Authorisation = {
  /** Adds to a request what proves it. Throws a `PushError` when that can't be had. */
  authorise(request: PlainRequest): Promise<PlainRequest>;
  kind: 'secret' | 'signature' | 'none';
};

/** Throws a `TypeError` for credentials that would not be used. */
export function createAuthorisation(options: ClientOptions, clock: ServiceClock): Authorisation {
  const { url, secret, credentials } = options;
  if (secret !== undefined) {
    return { kind: 'secret', authorise: (request) => orNoCredentials(() => withSecret(request, secret)) };
  }
  const region = options.region ?? signingScopeOf(url)?.region;
  if (region !== undefined) {
    const scope = { service: serviceOf(options), region };
    const provider = credentials ?? defaultCredentials();
    const authorise = async (request: PlainRequest) =>
      signed(request, checkedCredentials(await provider()), scope, clock.now());
    return { kind: 'signature', authorise: (request) => orNoCredentials(() => authorise(request)) };
  }
  if (credentials !== undefined) {
    throw new TypeError(
      'createPushClient: "credentials" need the option "region": the push URL does not say the region to sign for.',
    );
  }
  return { kind: 'none', authorise: async (request) => request };
}

/** AWS's service behind the push URL, by its name or as the caller says. */
export function serviceOf({ url, service }: Pick<ClientOptions, 'url' | 'service'>): SigningScope['service'] {
  return service ?? signingScopeOf(url)?.service ?? 'lambda';
}

async function withSecret(
  request: PlainRequest,
  secret: NonNullable<ClientOptions['secret']>,
): Promise<PlainRequest> {
  const value: unknown = typeof secret === 'string' ? secret : await secret();
  if (!v.is(secretText, value)) {
    throw new Error('The secret is not a text of visible ASCII characters without spaces and line breaks.');
  }
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${value}` } };
}

async function orNoCredentials(authorise: () => Promise<PlainRequest>): Promise<PlainRequest> {
  try {
    return await authorise();
  } catch (error) {
    throw new PushError(PushErrorCode.noCredentials, 'There are no usable credentials.', { cause: error });
  }
}
