import { isNotFound, type SecretsManager } from './secrets-manager.ts';

/**
 * The current value of a secret, and the one before it, so that a secret can be rotated while clients still use the old value:
 * `put-secret-value` moves both labels by itself.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
const validStages = ['AWSCURRENT', 'AWSPREVIOUS'];

/** The values of a secret that are valid now, the current one first. */
export async function readValidValues(secretsManager: SecretsManager, secretId: string): Promise<string[]> {
  const values = await Promise.all(validStages.map((stage) => readStage(secretsManager, secretId, stage)));
  return values.filter((value) => value !== undefined);
}

/** `undefined`: no version has this label, as before the first rotation. */
async function readStage(
  secretsManager: SecretsManager,
  SecretId: string,
  VersionStage: string,
): Promise<string | undefined> {
  try {
    return (await secretsManager.call('GetSecretValue', { SecretId, VersionStage })).SecretString;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
