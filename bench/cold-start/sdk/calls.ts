import { ServiceError } from '../../../lambda/aws/errors.ts';
import type { Calls, Operations } from '../../../lambda/aws/json-client.ts';

type Senders<Of extends Operations> = {
  [Name in keyof Of]: (input: Of[Name]['input']) => Promise<Of[Name]['output']>;
};

/** The calls of `lambda/aws/`, made by a client of the AWS SDK: what ours are measured against. */
export function callsBy<Of extends Operations>(senders: Senders<Of>): Calls<Of> {
  return {
    async call(name, input) {
      try {
        return await senders[name](input);
      } catch (error) {
        throw isRefusal(error) ? new ServiceError(name, error.name, error.$metadata.httpStatusCode) : error;
      }
    },
  };
}

type SdkRefusal = Error & { $metadata: { httpStatusCode: number } };

/** The exceptions of the SDK's clients have no class in common that could be had without one of them. */
function isRefusal(error: unknown): error is SdkRefusal {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { $metadata: metadata } = error;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}
