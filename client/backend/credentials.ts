import { containerCredentials } from './container-credentials.ts';

/** What AWS requests are signed with. */
export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** Called for each request, so that credentials may change while the client lives; it caches where asking is slow. */
export type CredentialsProvider = () => Promise<Credentials>;

/**
 * The credentials in the environment, where Lambda and the AWS tools put them.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
const environmentCredentials: CredentialsProvider = async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.');
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};

/** Those of the environment if it has any, or else those of the container, which AWS's own SDKs ask in this order too. */
export function defaultCredentials(): CredentialsProvider {
  const ofContainer = containerCredentials();
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } =
      process.env;
    const isInContainer = AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || AWS_CONTAINER_CREDENTIALS_FULL_URI;
    return !AWS_ACCESS_KEY_ID && isInContainer ? ofContainer() : environmentCredentials();
  };
}
