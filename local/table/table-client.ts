import { AwsClient } from 'aws4fetch';
import { localCredentials } from '../local-credentials.ts';
import { region } from '../template/references.ts';

/** An error that DynamoDB answered. */
export class TableClientError extends Error {
  override readonly name = 'TableClientError';
  /** Such as `ConditionalCheckFailedException`. */
  readonly code: string;

  constructor(operation: string, code: string, message: unknown) {
    super(`${operation}: ${code}: ${message}`);
    this.code = code;
  }
}

/** Calls an operation of DynamoDB with its input, and resolves to its output. */
export type CallTable = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** The few calls that the local stack makes itself don't pay for the SDK's loading time. */
export function tableClient(endpoint: string): CallTable {
  const client = new AwsClient({ ...localCredentials, region, service: 'dynamodb', retries: 0 });
  return async (operation, input) => {
    const response = await client.fetch(endpoint, {
      method: 'POST',
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const output = (await response.json()) as Record<string, unknown>;
    if (!response.ok) {
      // `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`
      const code = String(output.__type).replace(/.*#/, '');
      throw new TableClientError(operation, code, output.message);
    }
    return output;
  };
}
