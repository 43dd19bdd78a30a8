/**
 * The current value of a secret, and the one before it, so that a secret can be rotated while clients still use the old
 * value: `put-secret-value` moves both labels by itself.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
const currentLabel = 'AWSCURRENT';
const validLabels = [currentLabel, 'AWSPREVIOUS'];

/**
 * Returns the values of a secret that are valid now, the current one first. The client of Secrets Manager is loaded by
 * the first read: functions that authorise by IAM, or check tokens by public keys, never need it.
 */
export async function readValidValues(secretId: string): Promise<string[]> {
  const { readVersion } = await import('./secrets-manager.ts');
  const values = await Promise.all(validLabels.map((label) => readVersion(secretId, label)));
  return values.filter((value) => value !== undefined);
}

/** Returns the value of a secret that its bearers use now. */
export async function readCurrentValue(secretId: string): Promise<string | undefined> {
  const { readVersion } = await import('./secrets-manager.ts');
  return readVersion(secretId, currentLabel);
}
