import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CredentialsProvider } from '../../client/backend/credentials.ts';

/** What the person who runs the suite may read and call at AWS. */
export type Caller = {
  /** Those of the environment, a profile, single sign-on …, as the AWS tools find them. */
  credentials: CredentialsProvider;
  /** The current value of a secret. Rejects when it can't be read. */
  secretValue(name: string): Promise<string>;
};

/** `region`: that of the environment when it is `undefined`. */
export function awsCaller(region: string | undefined): Caller {
  const client = new SecretsManagerClient(region === undefined ? {} : { region });
  return {
    credentials: () => client.config.credentials(),
    async secretValue(name) {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString === undefined) throw new Error(`The secret ${name} has no text.`);
      return SecretString;
    },
  };
}
