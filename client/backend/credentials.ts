import * as v from 'valibot';
import { secretText } from './check-options.ts';
import { isInContainer } from './container-agent.ts';
import { containerCredentials } from './container-credentials.ts';

/** AWS credentials that requests are signed with. */
export type Credentials = {
  /** For example `AKIAIOSFODNN7EXAMPLE`. */
  accessKeyId: string;
  /** The secret that belongs to it. */
  secretAccessKey: string;
  /** Of temporary credentials, as roles have. */
  sessionToken?: string;
};

/**
 * Returns credentials. It is called for each request, so they may change while the client lives; a provider that is
 * slow has to cache them itself.
 */
export type CredentialsProvider = () => Promise<Credentials>;

const credentialsSchema = v.object({
  accessKeyId: secretText,
  secretAccessKey: secretText,
  sessionToken: v.optional(secretText),
});

/** Throws an error without their values for what can't sign a request. */
export function checkedCredentials(value: unknown): Credentials {
  const checked = v.safeParse(credentialsSchema, value);
  if (!checked.success) throw new Error('The credentials lack an accessKeyId or a secretAccessKey.');
  const { accessKeyId, secretAccessKey, sessionToken } = checked.output;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/**
 * Those of the environment if it has any, or else those of the container, which AWS's own SDKs ask in this order too.
 * All that Lambda functions and tasks need.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
export function environmentOrContainerCredentials(): CredentialsProvider {
  const ofContainer = containerCredentials();
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
      return {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      };
    }
    if (isInContainer()) return ofContainer();
    throw new Error(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and there is no container to ask. Profiles, single sign-on and instance roles need the package @aws-sdk/credential-providers.',
    );
  };
}
