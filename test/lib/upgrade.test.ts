import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { deployedTemplate, everything, grantedApp } from '../support/templates.ts';

type Resource = { Type: string; Properties?: Record<string, unknown> };
type Resources = Record<string, Resource>;

/**
 * What holds data, sockets or addresses, with the properties whose change makes CloudFormation replace it.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ ("Update requires: Replacement")
 */
const replacedBy: Record<string, readonly string[]> = {
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::Stage': ['ApiId', 'StageName'],
  'AWS::DynamoDB::GlobalTable': ['KeySchema', 'LocalSecondaryIndexes', 'TableName'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'CidrBlock', 'VpcId'],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::ECS::Cluster': ['ClusterName'],
  'AWS::ECS::Service': ['Cluster', 'LaunchType', 'Role', 'SchedulingStrategy', 'ServiceName'],
  'AWS::ElasticLoadBalancingV2::Listener': ['LoadBalancerArn'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name', 'Scheme', 'Type'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Name', 'Port', 'Protocol', 'TargetType', 'VpcId'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn'],
  'AWS::Lambda::Url': ['Qualifier', 'TargetFunctionArn'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::SQS::Queue': ['FifoQueue', 'QueueName'],
};

/** The URLs of functions that grants make. Who calls them receives the new one in the same deployment. */
const ofGrantees = /(PushOnly|DisconnectOnly)FunctionFunctionUrl/;

/** `<logical id>: gone`, or the property that replaces it. */
function lost(before: Resources, after: Resources): string[] {
  return Object.entries(before).flatMap(([id, { Type, Properties = {} }]) => {
    const properties = replacedBy[Type];
    if (properties === undefined) return [];
    const now = after[id];
    if (now?.Type !== Type) return [`${id}: gone`];
    const isSame = (name: string) =>
      JSON.stringify(Properties[name]) === JSON.stringify(now.Properties?.[name]);
    return properties.filter((name) => !isSame(name)).map((name) => `${id}: ${name}`);
  });
}

function released(name: string): Resources {
  return JSON.parse(readFileSync(new URL(`golden/released-${name}.json`, import.meta.url), 'utf8')).Resources;
}

const withText = { ...everything, text: 'true', textSecret: 'true' };
const now: Record<string, () => Template> = {
  default: () => deployedTemplate({}),
  secret: () => deployedTemplate(withText),
  everything: () => Template.fromStack(grantedApp({ ...withText, pushAuth: 'iam' }).stack),
};

/** The templates of commit 3472baf, before settings were a file, and functions had versions. */
describe.each(Object.keys(now))('a stack of the last release, %s,', (name) => {
  const before = released(name);
  const after: Resources = now[name]!().toJSON().Resources;

  test('keeps every table, secret, queue, address, and with the API and its stage every socket', () => {
    expect(lost(before, after).filter((what) => !ofGrantees.test(what))).toEqual([]);
  });

  test('would lose what this test looks for', () => {
    for (const [id, { Type }] of Object.entries(before)) {
      const [property] = replacedBy[Type] ?? [];
      if (property === undefined) continue;
      const { [id]: _, ...without } = after;
      expect(lost(before, without)).toContain(`${id}: gone`);
      const changed = { Type, Properties: { ...before[id]?.Properties, [property]: 'another' } };
      expect(lost(before, { ...after, [id]: changed })).toContain(`${id}: ${property}`);
    }
  });
});
