import type {
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import { ServiceError } from './errors.ts';
import { type Calls, JsonClient, type JsonClientOptions } from './json-client.ts';

/** The operation that the functions use, and what they read of its output: its bytes and times are not converted. */
export type SecretsManagerOperations = {
  GetSecretValue: {
    input: GetSecretValueCommandInput;
    output: Pick<GetSecretValueCommandOutput, 'SecretString'>;
  };
};

export type SecretsManager = Calls<SecretsManagerOperations>;

export function secretsManagerClient(options?: JsonClientOptions): JsonClient<SecretsManagerOperations> {
  return new JsonClient(
    {
      name: 'secretsmanager',
      environmentName: 'SECRETS_MANAGER',
      target: 'secretsmanager',
      version: '1.1',
    },
    options,
  );
}

/** Whether there is no such secret, or no such version of it. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'ResourceNotFoundException';
}
