import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/**
 * The current value of a secret, and the one before it, so that a secret can be rotated while clients still use the old value:
 * `put-secret-value` moves both labels by itself.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
const validStages = ['AWSCURRENT', 'AWSPREVIOUS'];

/** `lambda/secret/secret-source.ts` on the AWS SDK. */
export async function readValidValues(client: SecretsManagerClient, secretId: string): Promise<string[]> {
  const values = await Promise.all(validStages.map((stage) => readStage(client, secretId, stage)));
  return values.filter((value) => value !== undefined);
}

/** `undefined`: no version has this label, as before the first rotation. */
async function readStage(
  client: SecretsManagerClient,
  SecretId: string,
  VersionStage: string,
): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
