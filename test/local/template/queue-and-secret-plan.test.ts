import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../local/template/cloud-formation.ts';
import { planOf } from '../../../local/template/plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

const arnOf = (resource: string) => ({ 'Fn::GetAtt': [resource, 'Arn'] });

/** A queue with its dead-letter queue, whose messages go to the function of the small stack, and a secret. */
function queueResources(): Record<string, Resource> {
  return {
    DeadLetters: {
      Type: 'AWS::SQS::Queue',
      Properties: { FifoQueue: true, MessageRetentionPeriod: 1_209_600 },
    },
    Tasks: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        FifoQueue: true,
        RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetters'), maxReceiveCount: 5 },
        VisibilityTimeout: 25,
      },
    },
    TasksPolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Tasks' }] } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: 1,
        EventSourceArn: arnOf('Tasks'),
        FunctionName: { Ref: 'Push' },
        ScalingConfig: { MaximumConcurrency: 10 },
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 43 } },
    },
  };
}

/** The plan of the small stack with these, after `change`. */
function planAfter(change: (properties: Record<string, Record<string, unknown>>) => void) {
  const resources = { ...someResources(), ...queueResources() };
  change(Object.fromEntries(Object.entries(resources).map(([id, { Properties = {} }]) => [id, Properties])));
  return planOf(assemblyOf(resources));
}

const plan = planAfter(() => {});
const [deadLetters, tasks] = plan.queues;

describe('what a template declares', () => {
  test('is a queue with its timeouts and where it redrives to', () => {
    expect(tasks).toEqual({
      name: expect.stringMatching(/^uidpush-Tasks-[0-9A-Z]{12}\.fifo$/),
      arn: `arn:aws:sqs:us-east-1:000000000000:${tasks?.name}`,
      url: `https://sqs.us-east-1.amazonaws.com/000000000000/${tasks?.name}`,
      delayMs: 0,
      visibilityTimeoutMs: 25_000,
      retentionMs: 345_600_000,
      deduplicatesByGroup: false,
      redrive: { deadLetterArn: deadLetters?.arn, maxReceiveCount: 5 },
    });
    expect(deadLetters).toMatchObject({ visibilityTimeoutMs: 30_000, retentionMs: 1_209_600_000 });
    expect(deadLetters).not.toHaveProperty('redrive');
  });

  test('is a function that gets the messages of a queue', () => {
    const functionArn = plan.functions[0]?.arn;
    const expected = {
      queueArn: tasks?.arn,
      functionArn,
      batchSize: 1,
      maxConcurrency: 10,
      reportsFailures: false,
    };
    expect(plan.eventSources).toEqual([expected]);
    const byArn = planAfter(({ Mapping }) => Object.assign(Mapping!, { FunctionName: arnOf('Push') }));
    expect(byArn.eventSources).toEqual([expected]);
  });

  test('is a queue whose messages are delayed, and a function that reports which of them failed', () => {
    const { queues, eventSources } = planAfter(({ Tasks, Mapping }) => {
      Object.assign(Tasks!, { DelaySeconds: 15 });
      Object.assign(Mapping!, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    });
    expect(queues[1]).toMatchObject({ delayMs: 15_000 });
    expect(eventSources).toMatchObject([{ reportsFailures: true }]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
  test("is an event source mapping with Lambda's own limits where it sets none", () => {
    const { eventSources } = planAfter(({ Mapping }) => {
      delete Mapping!.BatchSize;
      delete Mapping!.ScalingConfig;
    });
    expect(eventSources).toMatchObject([{ batchSize: 10, maxConcurrency: 1_000 }]);
  });

  test('is a secret with the rules of its first value', () => {
    const [secret] = plan.secrets;
    expect(secret).toEqual({
      name: expect.stringMatching(/^Secret-[0-9a-z]{12}$/),
      arn: expect.stringMatching(
        /^arn:aws:secretsmanager:us-east-1:000000000000:secret:Secret-[0-9a-z]{12}-[0-9a-z]{6}$/,
      ),
      rules: { length: 43, excludePunctuation: true },
    });
  });

  test('is a secret of 32 characters of all types where it sets no rules', () => {
    const { secrets } = planAfter(({ Secret }) => Object.assign(Secret!, { GenerateSecretString: {} }));
    expect(secrets[0]?.rules).toEqual({ length: 32, excludePunctuation: false });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html#urls-auth-none
describe('a function URL for anyone', () => {
  const permission = (action: string, more: object = {}): Resource => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: action, FunctionName: arnOf('Push'), Principal: '*', ...more },
  });
  const url = permission('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' });
  const fn = permission('lambda:InvokeFunction', { InvokedViaFunctionUrl: true });

  test.each<[string, Record<string, Resource>, boolean]>([
    ['lets callers in with both permissions', { url, fn }, true],
    ['lets nobody in with that for the URL alone', { url }, false],
    ['lets nobody in with that for the function alone', { fn }, false],
    [
      'lets nobody in with a permission for signed calls',
      { fn, url: permission('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'AWS_IAM' }) },
      false,
    ],
    [
      'lets nobody in with a permission for somebody else',
      { url, fn: permission('lambda:InvokeFunction', { Principal: 'events.amazonaws.com' }) },
      false,
    ],
  ])('%s', (_, permissions, mayInvoke) => {
    const resources = { ...someResources(), ...permissions };
    resources.Url!.Properties!.AuthType = 'NONE';
    expect(planOf(assemblyOf(resources)).functionUrls).toMatchObject([{ mayInvoke }]);
  });
});

describe('a template that would not work here as on AWS is refused', () => {
  test.each<[string, (properties: Record<string, Record<string, unknown>>) => void, string]>([
    [
      'a standard queue',
      ({ Tasks }) => Object.assign(Tasks!, { FifoQueue: undefined }),
      'Tasks.FifoQueue must be true',
    ],
    [
      'a dead-letter queue of another stack',
      ({ Tasks }) =>
        Object.assign(Tasks!, { RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 1 } }),
      'Tasks.RedrivePolicy names no other queue',
    ],
    [
      'a queue that is its own dead-letter queue',
      ({ Tasks }) =>
        Object.assign(Tasks!, { RedrivePolicy: { deadLetterTargetArn: arnOf('Tasks'), maxReceiveCount: 1 } }),
      'Tasks.RedrivePolicy names no other queue',
    ],
    [
      'a mapping of something that is no queue',
      ({ Mapping }) => Object.assign(Mapping!, { EventSourceArn: 'arn:x' }),
      'Mapping.EventSourceArn names no queue',
    ],
    [
      'a mapping to no function',
      ({ Mapping }) => Object.assign(Mapping!, { FunctionName: 'other' }),
      'Mapping.FunctionName names no function',
    ],
    [
      'a mapping whose function may take longer than the visibility timeout',
      ({ Tasks }) => Object.assign(Tasks!, { VisibilityTimeout: 24 }),
      "Mapping.EventSourceArn has a visibility timeout below the function's timeout",
    ],
    [
      'a secret in a template of its own',
      ({ Secret }) => Object.assign(Secret!, { GenerateSecretString: { GenerateStringKey: 'k' } }),
      'Secret.GenerateSecretString.GenerateStringKey is not imitated',
    ],
    [
      'a secret that is too short',
      ({ Secret }) => Object.assign(Secret!, { GenerateSecretString: { PasswordLength: 3 } }),
      'Secret.GenerateSecretString.PasswordLength',
    ],
  ])('%s', (_, change, message) => {
    expect(() => planAfter(change)).toThrow(message);
  });
});
