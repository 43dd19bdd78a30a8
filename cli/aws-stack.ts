import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

/**
 * Reads a deployed stack from AWS, as a module of its own that is loaded for `--stack` alone.
 *
 * @param region `undefined`: that of the environment, or of the profile
 */
export function awsStack(region: string | undefined) {
  // On Node.js 20 the SDK prints that it will end its support of that. It is bundled, so a user can't update it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const settings = { credentials: fromNodeProviderChain(), ...(region !== undefined && { region }) };
  return {
    /** The outputs by their names, and the region that the stack is in. */
    async describe(stackName: string): Promise<{ outputs: Record<string, string>; region: string }> {
      const client = new CloudFormationClient(settings);
      const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
      const pairs = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
        OutputKey,
        OutputValue,
      ]);
      return { outputs: Object.fromEntries(pairs), region: await client.config.region() };
    },

    async secretValue(name: string): Promise<string | undefined> {
      const client = new SecretsManagerClient(settings);
      return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
    },
  };
}
