import { localCredentials } from '../local-credentials.ts';
import type { FunctionPlan } from '../template/function-plan.ts';
import { region } from '../template/references.ts';
import type { FunctionContext } from './sandbox-message.ts';

/** Constant part of the context of a function's handler. */
export function functionContext({ name, arn, version, memoryMb }: FunctionPlan): FunctionContext {
  return {
    functionName: name,
    functionVersion: version,
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${name}`,
  };
}

/** Where the services of AWS are that functions call. */
export type ServiceEndpoints = { dynamoDb: string; sqs: string; eventBridge: string; secretsManager: string };

/**
 * The variables that a function sees: the template's, those that Lambda reserves for itself, and where the services
 * are.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function functionEnvironment(plan: FunctionPlan, endpoints: ServiceEndpoints): Record<string, string> {
  const context = functionContext(plan);
  return {
    ...plan.environment,
    _HANDLER: plan.handler,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: localCredentials.sessionToken,
    AWS_REGION: region,
    // The functions are deployed on Node 24. This machine's may be one that the SDK will not support for ever, and says
    // so at each start.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: context.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: context.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: context.memoryLimitInMB,
    AWS_LAMBDA_LOG_GROUP_NAME: context.logGroupName,
    LAMBDA_TASK_ROOT: plan.assetDirectory,
    TZ: ':UTC',
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    // Webhooks go to public addresses alone on AWS, and here to programs of this machine, too.
    WEBHOOK_LOOPBACK: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  };
}
