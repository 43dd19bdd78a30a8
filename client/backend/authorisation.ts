import { type CredentialsProvider, defaultCredentials } from './credentials.ts';
import { PushError, PushErrorCode } from './push-error.ts';
import { functionUrlRegion, type PlainRequest, signed } from './signature.ts';

export type AuthorisationOptions = {
  /** With `pushAuth=secret`: the secret, or how to get it for each request. Nothing is signed then. */
  secret?: string | (() => Promise<string>);
  /** With `pushAuth=iam`: the AWS region to sign for. Default: that of a Lambda function URL; for other hosts nothing is signed. */
  region?: string;
  /** What to sign with. Default: that of the environment (AWS_ACCESS_KEY_ID …), or of the container (ECS, Fargate). */
  credentials?: CredentialsProvider;
};

/** Adds to a request what proves that it may be made. Throws a `PushError` when that can't be had. */
export type Authorise = (request: PlainRequest) => Promise<PlainRequest>;

export function createAuthorise(options: AuthorisationOptions, baseUrl: URL): Authorise {
  const { secret, region = functionUrlRegion(baseUrl), credentials = defaultCredentials() } = options;
  if (secret !== undefined) return (request) => orNoCredentials(() => withSecret(request, secret));
  if (region === undefined) return async (request) => request;
  return (request) => orNoCredentials(async () => signed(request, await credentials(), region));
}

async function withSecret(
  request: PlainRequest,
  secret: NonNullable<AuthorisationOptions['secret']>,
): Promise<PlainRequest> {
  const value = typeof secret === 'string' ? secret : await secret();
  // `fetch` would refuse a line break too, and quote the secret in its error.
  if (!/^[!-~]+$/.test(value)) throw new Error('The secret is empty, or has a space or a line break in it.');
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${value}` } };
}

async function orNoCredentials(authorise: () => Promise<PlainRequest>): Promise<PlainRequest> {
  try {
    return await authorise();
  } catch (error) {
    throw new PushError(PushErrorCode.noCredentials, 'There are no usable credentials.', { cause: error });
  }
}
