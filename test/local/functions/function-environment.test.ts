import { expect, test } from 'vitest';
import { functionEnvironment } from '../../../local/functions/function-environment.ts';
import type { FunctionPlan } from '../../../local/template/function-plan.ts';

const plan: FunctionPlan = {
  version: '1',
  logicalId: 'Push',
  name: 'uidpush-Push-1A2B',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:uidpush-Push-1A2B',
  assetDirectory: '/assembly/asset.abc',
  handler: 'index.handler',
  environment: { TABLE_NAME: 'connections', AWS_REGION: 'mars-1' },
  timeoutMs: 3_000,
  memoryMb: 256,
};

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
test("a function sees the template's variables and those that Lambda reserves for itself", () => {
  const environment = functionEnvironment(plan, {
    dynamoDb: 'http://127.0.0.1:8000',
    sqs: 'http://127.0.0.1:8001',
    eventBridge: 'http://127.0.0.1:8003',
    secretsManager: 'http://127.0.0.1:8002',
  });
  expect(environment).toMatchObject({
    TABLE_NAME: 'connections',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'uidpush-Push-1A2B',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:8001',
    AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:8003',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:8002',
  });
  expect(environment).not.toHaveProperty('PATH');
});
