import type { CredentialsProvider } from '../client/backend/credentials.ts';

/** What the AWS tools find: environment, profiles, single sign-on, containers, instance roles. Loaded when a request is to be signed. */
export function awsCredentials(): CredentialsProvider {
  let chain: CredentialsProvider | undefined;
  return async () => {
    if (chain === undefined) {
      const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
      chain ??= fromNodeProviderChain();
    }
    return chain();
  };
}
