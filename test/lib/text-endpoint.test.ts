import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { withinBudget } from '../../lib/text-program-budget.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';
import { defaultTextLimits } from '../../text/limits.ts';
import { appWithFlags, deployedTemplate, environmentWith } from '../support/templates.ts';

const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

function templateWith(context: Record<string, unknown>): Template {
  return deployedTemplate({ identity: 'claimed', ...context });
}

let template: Template;
beforeAll(() => {
  template = templateWith({ text: 'true' });
});

type Properties = Record<string, unknown>;

/** The properties of the only resource of this type, or of the one whose id has `part` in it. */
function only(from: Template, type: string, part = ''): Properties {
  const found = Object.entries(from.findResources(type)).filter(([id]) => id.includes(part));
  expect(found).toHaveLength(1);
  return found[0]![1].Properties;
}

function attributes(list: unknown): Record<string, string> {
  return Object.fromEntries((list as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}

function containerOf(from: Template): Properties & { Command: string[]; Environment: unknown } {
  return (only(from, 'AWS::ECS::TaskDefinition').ContainerDefinitions as [never])[0];
}

function variablesOf(from: Template): Record<string, unknown> {
  const variables = containerOf(from).Environment as { Name: string; Value: unknown }[];
  return Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
}

/** What the role whose id has `part` in it may do, without its log. */
function actionsOf(from: Template, part: string): string[] {
  const policies = Object.entries(from.findResources('AWS::IAM::Policy')).filter(([id]) => id.includes(part));
  const statements = policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
  return statements.flatMap(({ Action }) => Action as string | string[]).sort();
}

describe('the network', () => {
  test('is a VPC of two public subnets, without NAT gateways', () => {
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
    });
  });

  test('lets in the VPC itself and nobody else, and only to the balancer', () => {
    const sources = only(template, 'AWS::EC2::SecurityGroup', 'Sources');
    expect(sources.SecurityGroupIngress).toEqual([
      { CidrIp: '10.56.78.0/24', Description: 'Programs', FromPort: 5678, ToPort: 5678, IpProtocol: 'tcp' },
    ]);
    expect(only(template, 'AWS::EC2::SecurityGroup', 'Service')).not.toHaveProperty('SecurityGroupIngress');
  });

  test('lets the balancer, and nobody else, to the tasks, and it nowhere else', () => {
    const [[balancerId] = [], [tasksId] = []] = ['Sources', 'Service'].map((part) =>
      Object.keys(template.findResources('AWS::EC2::SecurityGroup')).filter((id) => id.includes(part)),
    );
    const port = { IpProtocol: 'tcp', FromPort: 5678, ToPort: 5678 };
    expect(only(template, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      ...port,
      GroupId: { 'Fn::GetAtt': [tasksId, 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [balancerId, 'GroupId'] },
    });
    expect(only(template, 'AWS::EC2::SecurityGroupEgress')).toMatchObject({
      ...port,
      GroupId: { 'Fn::GetAtt': [balancerId, 'GroupId'] },
      DestinationSecurityGroupId: { 'Fn::GetAtt': [tasksId, 'GroupId'] },
    });
  });

  test('lets the tasks out to HTTPS alone', () => {
    expect(only(template, 'AWS::EC2::SecurityGroup', 'Service').SecurityGroupEgress).toEqual([
      { CidrIp: '0.0.0.0/0', Description: 'AWS', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' },
    ]);
  });

  test('lets in the ranges that are asked for', () => {
    const asked = templateWith({ text: 'true', textAllowedFrom: '10.0.0.0/8, 192.0.2.7/32' });
    const ingress = only(asked, 'AWS::EC2::SecurityGroup', 'Sources').SecurityGroupIngress as Properties[];
    expect(ingress.map(({ CidrIp }) => CidrIp)).toEqual(['10.0.0.0/8', '192.0.2.7/32']);
  });
});

describe('a VPC that is given', () => {
  const account = '123456789012';
  const region = 'us-east-1';
  const lookup = `vpc-provider:account=${account}:filter.vpc-id=vpc-1234567890:region=${region}:returnAsymmetricSubnets=true`;

  function templateIn(...types: string[]): Template {
    const subnetGroups = types.map((type, index) => ({
      name: type,
      type,
      subnets: ['a', 'b'].map((zone) => ({
        subnetId: `subnet-${index}${zone}234567`,
        cidr: '10.0.0.0/24',
        availabilityZone: `${region}${zone}`,
        routeTableId: 'rtb-12345678',
      })),
    }));
    const vpc = { vpcId: 'vpc-1234567890', vpcCidrBlock: '10.0.0.0/16', availabilityZones: [], subnetGroups };
    const environment = environmentWith({ text: true, textVpcId: vpc.vpcId });
    const env = { account, region };
    return Template.fromStack(new UidPushStack(appWithFlags({ [lookup]: vpc }), environment, { env }));
  }

  test.each([
    ['its private subnets, without public addresses', ['Public', 'Private'], '1', 'DISABLED'],
    ['its public subnets where it has no others', ['Public'], '0', 'ENABLED'],
  ])('has the tasks and the balancer in %s', (_, types, group, AssignPublicIp) => {
    const given = templateIn(...types);
    const Subnets = [`subnet-${group}a234567`, `subnet-${group}b234567`];
    given.resourceCountIs('AWS::EC2::VPC', 0);
    given.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp, Subnets } },
    });
    given.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets });
    const ingress = only(given, 'AWS::EC2::SecurityGroup', 'Sources').SecurityGroupIngress;
    expect(ingress).toMatchObject([{ CidrIp: '10.0.0.0/16' }]);
  });

  test('cannot be looked up where account and region are unknown', () => {
    expect(() => templateWith({ text: 'true', textVpcId: 'vpc-1' })).toThrow('account/region');
  });
});

describe('the balancer', () => {
  test('is internal, has a security group, and sends to the tasks of every zone', () => {
    const { Scheme, SecurityGroups, Type, LoadBalancerAttributes } = only(
      template,
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
    );
    expect({ Scheme, Type }).toEqual({ Scheme: 'internal', Type: 'network' });
    expect(SecurityGroups).toHaveLength(1);
    expect(attributes(LoadBalancerAttributes)).toMatchObject({
      'load_balancing.cross_zone.enabled': 'true',
    });
  });

  test('keeps a silent TCP connection longer than the service, which closes it after ten minutes', () => {
    const { Port, Protocol, ListenerAttributes } = only(template, 'AWS::ElasticLoadBalancingV2::Listener');
    expect({ Port, Protocol }).toEqual({ Port: 5678, Protocol: 'TCP' });
    const balancerSeconds = Number(attributes(ListenerAttributes)['tcp.idle_timeout.seconds']);
    expect(balancerSeconds).toBeGreaterThan(Number(variablesOf(template).IDLE_TIMEOUT_SECONDS));
    expect(variablesOf(template).IDLE_TIMEOUT_SECONDS).toBe('600');
  });

  test('with a certificate speaks TLS, and the service closes before the fixed 350 seconds', () => {
    const tls = templateWith({ text: 'true', textCertificateArn: certificate });
    expect(only(tls, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({
      Port: 5678,
      Protocol: 'TLS',
      Certificates: [{ CertificateArn: certificate }],
    });
    expect(only(tls, 'AWS::ElasticLoadBalancingV2::Listener')).not.toHaveProperty('ListenerAttributes');
    expect(variablesOf(tls).IDLE_TIMEOUT_SECONDS).toBe('300');
  });

  test('checks its targets by TCP, and cuts no connection of one that stops', () => {
    const group = only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(group).toMatchObject({
      TargetType: 'ip',
      Protocol: 'TCP',
      HealthCheckProtocol: 'TCP',
      HealthCheckIntervalSeconds: 10,
    });
    expect(attributes(group.TargetGroupAttributes)).toEqual({
      'deregistration_delay.timeout_seconds': '30',
      'deregistration_delay.connection_termination.enabled': 'false',
    });
  });
});

describe('a task', () => {
  test('is the smallest on arm64, and runs the bundled service with a public Node', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '256',
      Memory: '512',
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
    const { Image, Command } = containerOf(template);
    expect(Image).toBe('public.ecr.aws/docker/library/node:24-alpine');
    expect(Command.slice(0, 3)).toEqual(['node', '--input-type=module', '--eval']);
    expect(Command[3]).not.toContain('${');
  });

  test('fits in a task definition', () => {
    const bytes = Buffer.byteLength(JSON.stringify(only(template, 'AWS::ECS::TaskDefinition')));
    expect(bytes).toBeLessThan(64 * 1_024);
    expect(Buffer.byteLength(containerOf(template).Command[3]!)).toBeLessThanOrEqual(52_500);
  });

  test('has no more rights on its machine than it needs', () => {
    expect(containerOf(template)).toMatchObject({
      User: 'node',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
  });

  test('may take longer to stop than the service needs, as far as Fargate allows', () => {
    const { StopTimeout } = containerOf(template);
    expect(Number(StopTimeout) * 1_000).toBeGreaterThan(defaultTextLimits.stopDeadlineMs);
    expect(Number(StopTimeout)).toBeLessThanOrEqual(120);
  });

  test('logs to a group that forgets, and never waits for it', () => {
    expect(containerOf(template).LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { mode: 'non-blocking' },
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('may push and nothing else: it knows, and may call, the URL that has no other route', () => {
    expect(actionsOf(template, 'TaskRole')).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
    const [, policy] = Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) =>
      id.includes('TaskRole'),
    )!;
    for (const { Resource } of policy.Properties.PolicyDocument.Statement) {
      expect(JSON.stringify(Resource)).toMatch(/"UidPushPushOnlyFunction\w+"/);
    }
    expect(variablesOf(template).PUSH_URL).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^UidPushPushOnlyFunctionLive.*Url/), 'FunctionUrl'],
    });
  });

  test('is started by a role that may write its log and nothing else', () => {
    expect(actionsOf(template, 'ExecutionRole')).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('has no secret where none is asked for', () => {
    expect(containerOf(template)).not.toHaveProperty('Secrets');
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });
});

describe('with secrets', () => {
  let withSecrets: Template;
  beforeAll(() => {
    withSecrets = templateWith({ text: 'true', textSecret: 'true', pushAuth: 'secret' });
  });

  test('a task gets them from Secrets Manager', () => {
    const names = (containerOf(withSecrets).Secrets as { Name: string; ValueFrom: unknown }[]).map(
      ({ Name, ValueFrom }) => [Name, ValueFrom],
    );
    expect(names).toEqual([
      ['PUSH_SECRET', { Ref: expect.stringMatching(/^UidPushSecret|^UidPushPushSecret/) }],
      ['TEXT_SECRET', { Ref: expect.stringMatching(/^UidPushTextSecret/) }],
    ]);
    expect(Object.keys(variablesOf(withSecrets))).toEqual([
      'PUSH_URL',
      'PORT',
      'TTL_SECONDS',
      'IDLE_TIMEOUT_SECONDS',
    ]);
    withSecrets.hasOutput('TextSecretName', {});
  });

  test('its own role may do nothing, and the one that starts it may read them', () => {
    expect(actionsOf(withSecrets, 'TaskRole')).toEqual([]);
    expect(new Set(actionsOf(withSecrets, 'ExecutionRole'))).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
      ]),
    );
  });
});

describe('the service', () => {
  test('runs two tasks, replaces none before another listens, and goes back when a deployment fails', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: 2,
      LaunchType: 'FARGATE',
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      LoadBalancers: [{ ContainerName: 'text', ContainerPort: 5678 }],
    });
  });

  test('grows by CPU and by connections, to five times its least', () => {
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 10,
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        TargetValue: 60,
      },
    });
    const metric = (MetricName: string) => Match.objectLike({ MetricStat: { Metric: { MetricName } } });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        CustomizedMetricSpecification: {
          Metrics: [
            metric('ActiveFlowCount'),
            metric('HealthyHostCount'),
            Match.objectLike({ Expression: 'connections / tasks', ReturnData: true }),
          ],
        },
        TargetValue: 4_000,
      },
    });
  });

  test('runs as many tasks as are asked for', () => {
    const asked = templateWith({ text: true, textTasks: '3' });
    asked.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 3 });
    expect(only(asked, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 3,
      MaxCapacity: 15,
    });
  });
});

test('its address is an output', () => {
  template.hasOutput('TextEndpoint', { Value: { 'Fn::Join': ['', [Match.anyValue(), ':5678']] } });
});

test('without text=true there is none of it', () => {
  const without = templateWith({});
  for (const type of ['EC2::VPC', 'ElasticLoadBalancingV2::LoadBalancer', 'ECS::Cluster']) {
    without.resourceCountIs(`AWS::${type}`, 0);
  }
  expect(without.findOutputs('TextEndpoint')).toEqual({});
});

test('a program that is too long for a task definition is refused when it is synthesised', () => {
  expect(withinBudget('x'.repeat(52_500))).toHaveLength(52_500);
  expect(() => withinBudget(`${'x'.repeat(52_499)}é`)).toThrow('has 52501 bytes');
});
