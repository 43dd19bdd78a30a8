import * as v from 'valibot';
import type { Credentials, CredentialsProvider } from './credentials.ts';

/** Credentials are asked for again this long before they expire, so that none expires on its way. */
const renewalMarginMs = 5 * 60_000;

/** The answer comes from the container's own host. */
const timeoutMs = 5_000;

type Grant = { credentials: Credentials; expiresAt: number };

/**
 * The credentials of the container's role, as ECS hands them out to Fargate tasks. They are kept until shortly before they expire.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function containerCredentials(now: () => number = Date.now): CredentialsProvider {
  let kept: Grant | undefined;
  let asking: Promise<Grant> | undefined;
  return async () => {
    if (kept && now() < kept.expiresAt - renewalMarginMs) return kept.credentials;
    // Those who ask at the same time wait for one answer.
    asking ??= askForGrant().finally(() => {
      asking = undefined;
    });
    kept = await asking;
    return kept.credentials;
  };
}

const answerSchema = v.object({
  AccessKeyId: v.string(),
  SecretAccessKey: v.string(),
  Token: v.string(),
  Expiration: v.pipe(
    v.string(),
    v.transform((time) => Date.parse(time)),
    v.number(),
  ),
});

async function askForGrant(): Promise<Grant> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN } = process.env;
  const response = await fetch(grantUrl(), {
    headers: AWS_CONTAINER_AUTHORIZATION_TOKEN ? { authorization: AWS_CONTAINER_AUTHORIZATION_TOKEN } : {},
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  const answer = v.safeParse(answerSchema, response.ok ? await response.json() : undefined);
  // What was answered is not quoted: it may be a secret.
  if (!answer.success) throw new Error(`The container answered ${response.status} without credentials.`);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer.output;
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    expiresAt: Expiration,
  };
}

const ecsAgent = 'http://169.254.170.2';

/** What may be asked without TLS: this host, and the agents of ECS and EKS. */
const plainHosts = ['127.0.0.1', 'localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

function grantUrl(): URL {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = process.env;
  if (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    return new URL(`${ecsAgent}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`);
  }
  const url = new URL(AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  if (url.protocol !== 'https:' && !plainHosts.includes(url.hostname)) {
    throw new Error('AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or on this host.');
  }
  return url;
}
