import * as v from 'valibot';
import { type CredentialsProvider, environmentOrContainerCredentials } from './credentials.ts';

/**
 * In Lambda, those of the function. Elsewhere those that AWS's chain finds, where its package is installed, or else
 * those of the environment or the container.
 */
export function defaultCredentials(): CredentialsProvider {
  const own = environmentOrContainerCredentials();
  let chain: Promise<CredentialsProvider> | undefined;
  return async () => {
    if (process.env.AWS_LAMBDA_FUNCTION_NAME) return own();
    chain ??= awsChain().then((found) => found ?? own);
    return (await chain)();
  };
}

const packageSchema = v.object({
  fromNodeProviderChain: v.custom<() => CredentialsProvider>((value) => typeof value === 'function'),
});

/** `undefined` where the package is not installed, or modules can't be loaded at all. */
async function awsChain(): Promise<CredentialsProvider | undefined> {
  // Not a literal: a bundler would ask for the package, or put its hundreds of kilobytes into functions that never call
  // it.
  const name = ['@aws-sdk', 'credential-providers'].join('/');
  try {
    const loaded: unknown = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
    return v.parse(packageSchema, loaded).fromNodeProviderChain();
  } catch {
    return undefined;
  }
}
