import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../../protocol/clock.ts';
import { startAwsJsonServer } from '../aws-json/aws-json-server.ts';
import type { Service } from '../services.ts';
import type { SecretPlan } from '../template/secret-plan.ts';
import { generateSecretString } from './generate-secret-string.ts';
import { Secret } from './secret.ts';
import { type FindSecret, getSecretValue, putSecretValue } from './secret-value.ts';
import { VersionStage } from './version-stage.ts';

/** The stack's secrets, in memory. */
export type Secrets = Service & {
  /** Secrets Manager's address. */
  endpoint: string;
  /** The current value of the secret with this name or ARN; throws when there is none. */
  valueOf(secretId: string): string;
  /** Makes `value` the current one, and what was current the previous one. */
  put(secretId: string, value: string): void;
};

export async function startSecrets(plans: readonly SecretPlan[], clock: Clock): Promise<Secrets> {
  const version = (value: string) => ({ versionId: randomUUID(), value, createdAt: clock.now() });
  const secrets = plans.map(
    ({ name, arn, rules }) => new Secret(name, arn, version(generateSecretString(rules, randomInt))),
  );
  const find: FindSecret = (id) => secrets.find(({ name, arn }) => id === name || id === arn);
  const known = (id: string): Secret => {
    const secret = find(id);
    if (!secret) throw new TypeError(`There is no secret ${id}.`);
    return secret;
  };
  const { endpoint, stop } = await startAwsJsonServer({
    target: 'secretsmanager',
    version: '1.1',
    operations: {
      GetSecretValue: (input) => getSecretValue(input, find),
      PutSecretValue: (input) => putSecretValue(input, find, clock.now()),
    },
  });
  return {
    endpoint,
    stop,
    valueOf: (id) => known(id).at(VersionStage.current)?.value ?? '',
    put: (id, value) => known(id).put(version(value)),
  };
}
