import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { deployedTemplate, everything, features, grantedApp } from '../support/templates.ts';

type Properties = Record<string, unknown>;
type Statement = { Effect: string; Action: string | string[]; Resource: unknown };

function propertiesOf(template: Template, type: string): Properties[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

/** What the policies of roles allow. */
function allowed(template: Template): Statement[] {
  const documents = [
    ...propertiesOf(template, 'AWS::IAM::Policy'),
    ...propertiesOf(template, 'AWS::IAM::ManagedPolicy'),
    ...propertiesOf(template, 'AWS::IAM::Role').flatMap(({ Policies = [] }) => Policies as Properties[]),
  ].map(({ PolicyDocument }) => PolicyDocument as { Statement: Statement[] });
  return documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
}

/** Wildcards that have to be: the end of an ARN whose resource is not known beforehand. */
const reasonedWildcards = /\/@connections\/\*"|:cloudwatch:.*:alarm:\*"/;

/**
 * What writes traces, for which there is no resource.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
function isOfXRay(action: string): boolean {
  return action === 'xray:PutTraceSegments' || action === 'xray:PutTelemetryRecords';
}

const templates: Record<string, () => Template> = {
  ...Object.fromEntries(
    Object.entries({ ...features, everything }).map(([name, context]) => [
      name,
      () => deployedTemplate(context),
    ]),
  ),
  'grants to push and to disconnect': () => Template.fromStack(grantedApp({}).stack),
};

describe.each(Object.entries(templates))('with %s', (_, templateOf) => {
  const template = templateOf();

  test('no role may do every action of a service', () => {
    const actions = allowed(template).flatMap(({ Action }) => Action);

    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('no role may do something to every resource, but for those whose names nobody knows beforehand', () => {
    const statements = allowed(template).filter(({ Action }) => ![Action].flat().every(isOfXRay));
    const resources = statements.flatMap(({ Resource }) => [Resource].flat());
    const wild = resources.map((resource) => JSON.stringify(resource)).filter((text) => text.includes('*'));

    expect(wild.filter((text) => !reasonedWildcards.test(text))).toEqual([]);
  });

  test('no role has a policy that is managed elsewhere', () => {
    for (const { ManagedPolicyArns } of propertiesOf(template, 'AWS::IAM::Role')) {
      expect(ManagedPolicyArns).toBeUndefined();
    }
  });

  test('no network lets anybody in', () => {
    const rules = [
      ...propertiesOf(template, 'AWS::EC2::SecurityGroup').map(
        ({ SecurityGroupIngress }) => SecurityGroupIngress,
      ),
      ...propertiesOf(template, 'AWS::EC2::SecurityGroupIngress'),
    ];
    expect(JSON.stringify(rules)).not.toMatch(/0\.0\.0\.0\/0|"::\/0"/);
  });

  test('no bucket is public', () => {
    template.resourceCountIs('AWS::S3::BucketPolicy', 0);
    for (const { PublicAccessBlockConfiguration } of propertiesOf(template, 'AWS::S3::Bucket')) {
      expect(PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
  });

  test('no queue is unencrypted', () => {
    const queues = propertiesOf(template, 'AWS::SQS::Queue');

    expect(queues.length).toBeGreaterThan(0);
    for (const queue of queues) expect(queue.SqsManagedSseEnabled ?? queue.KmsMasterKeyId).toBeTruthy();
  });

  test('no log is kept forever, and no function logs elsewhere', () => {
    for (const { RetentionInDays } of propertiesOf(template, 'AWS::Logs::LogGroup')) {
      expect(RetentionInDays).toBeGreaterThan(0);
    }
    const groups = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    for (const { LoggingConfig } of propertiesOf(template, 'AWS::Lambda::Function')) {
      const { LogGroup } = LoggingConfig as { LogGroup: { Ref: string } };
      expect(groups).toContain(LogGroup.Ref);
    }
  });

  test('no secret is in the template: functions know its ARN, and read it themselves', () => {
    const secrets = template.findResources('AWS::SecretsManager::Secret');
    for (const { Properties } of Object.values(secrets))
      expect(Properties).not.toHaveProperty('SecretString');
    // What CloudFront sends is put in by CloudFormation; nothing else could be sent a secret.
    for (const [id, resource] of Object.entries<{ Type: string }>(template.toJSON().Resources)) {
      if (resource.Type === 'AWS::CloudFront::Distribution') continue;
      expect(JSON.stringify(resource), id).not.toContain('{{resolve:');
    }
  });
});

test('with the defaults, nothing is there that costs money while idle but one secret and one queue that is polled', () => {
  const types = Object.values(
    deployedTemplate({}).toJSON().Resources as Record<string, { Type: string }>,
  ).map(({ Type }) => Type);
  const idle =
    /^AWS::(EC2|ECS|ElasticLoadBalancingV2|ApplicationAutoScaling|KMS|CloudWatch|Events|Scheduler|RDS|ElastiCache)::/;

  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => idle.test(type))).toEqual([]);
  const billed = /^AWS::(SecretsManager::Secret|Lambda::EventSourceMapping)$/;
  expect(types.filter((type) => billed.test(type)).toSorted()).toEqual([
    'AWS::Lambda::EventSourceMapping',
    'AWS::SecretsManager::Secret',
  ]);
});
