import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretsManager, SecretsManagerOperations } from '../../../lambda/aws/secrets-manager.ts';
import { callsBy } from './calls.ts';

// What is exported below takes the place of the same name in there.
export * from '../../../lambda/aws/secrets-manager.ts';

export function secretsManagerClient(): SecretsManager {
  const client = new SecretsManagerClient({});
  return callsBy<SecretsManagerOperations>({
    GetSecretValue: (input) => client.send(new GetSecretValueCommand(input)),
  });
}
