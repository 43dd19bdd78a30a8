import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../local/template/cloud-formation.ts';
import { planOf } from '../../../local/template/plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

/** A service behind a balancer, as the CDK writes it. */
function serviceResources(): Record<string, Resource & { Properties: Record<string, unknown> }> {
  return {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: {} },
    Definition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        ContainerDefinitions: [
          {
            Name: 'text',
            Image: 'public.ecr.aws/docker/library/node:24-alpine',
            Command: ['node', '--eval', '1'],
            Environment: [
              { Name: 'PUSH_URL', Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } },
              { Name: 'PORT', Value: '5678' },
            ],
            Secrets: [{ Name: 'TEXT_SECRET', ValueFrom: { Ref: 'Secret' } }],
            PortMappings: [{ ContainerPort: 5678, Protocol: 'tcp' }],
            StopTimeout: 75,
            LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': { Ref: 'Log' } } },
          },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        TaskDefinition: { Ref: 'Definition' },
        LoadBalancers: [
          { ContainerName: 'text', ContainerPort: 5678, TargetGroupArn: { Ref: 'TargetGroup' } },
        ],
      },
    },
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Scheme: 'internal' } },
    TargetGroup: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Port: 5678 } },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: 1234,
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'TargetGroup' } }],
      },
    },
  };
}

type Container = Record<string, unknown>;

function planAfter(
  change: (properties: Record<string, Record<string, unknown>>, container: Container) => void,
) {
  const resources = serviceResources();
  const properties = Object.fromEntries(
    Object.entries(resources).map(([id, { Properties }]) => [id, Properties]),
  );
  const [container] = properties.Definition!.ContainerDefinitions as [Container];
  change(properties, container);
  return planOf(assemblyOf({ ...someResources(), ...resources }));
}

describe('what a template declares as a service', () => {
  test('is a command with its environment, its secrets and the time that it has to stop', () => {
    const { tasks, functionUrls, secrets } = planAfter(() => {});
    expect(tasks).toEqual([
      {
        command: ['node', '--eval', '1'],
        environment: { PUSH_URL: functionUrls[0]?.url, PORT: '5678' },
        secrets: { TEXT_SECRET: secrets[0]?.arn },
        stopTimeoutMs: 75_000,
        endpoint: expect.stringMatching(
          /^uidpush-Balancer-[0-9A-Z]{12}-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com:1234$/,
        ),
      },
    ]);
  });

  test('has half a minute to stop where the template sets nothing', () => {
    const { tasks } = planAfter((_, container) => delete container.StopTimeout);
    expect(tasks[0]?.stopTimeoutMs).toBe(30_000);
  });

  test('may be nothing', () => {
    expect(planOf(assemblyOf(someResources())).tasks).toEqual([]);
  });
});

describe('a service that would not work here as on AWS is refused', () => {
  const targets = { ContainerName: 'text', ContainerPort: 5678, TargetGroupArn: { Ref: 'TargetGroup' } };

  test.each<[string, Parameters<typeof planAfter>[0], string]>([
    [
      'another program',
      (_, container) => Object.assign(container, { Command: ['sh'] }),
      'Command must be node',
    ],
    ['no command', (_, container) => delete container.Command, 'Command must be node'],
    [
      'a property of the container that nothing imitates',
      (_, container) => Object.assign(container, { EntryPoint: ['sh'] }),
      'Definition.ContainerDefinitions.EntryPoint is not imitated',
    ],
    [
      'a secret of another stack',
      (_, container) => Object.assign(container, { Secrets: [{ Name: 'S', ValueFrom: 'arn:x' }] }),
      'Secrets.S names no secret of this stack: arn:x',
    ],
    [
      'a part of a secret',
      (_, container) =>
        Object.assign(container, {
          Secrets: [{ Name: 'S', ValueFrom: { 'Fn::Join': ['', [{ Ref: 'Secret' }, ':key::']] } }],
        }),
      'Secrets.S names no secret of this stack',
    ],
    [
      'a second container',
      ({ Definition }, container) =>
        Object.assign(Definition!, { ContainerDefinitions: [container, container] }),
      'container of Definition',
    ],
    [
      'a port that the program is not told to listen on',
      (_, container) => Object.assign(container, { Environment: [{ Name: 'PORT', Value: '80' }] }),
      'nothing that listens on text:5678',
    ],
    [
      'a port that is not mapped',
      (_, container) => Object.assign(container, { PortMappings: [] }),
      'nothing that listens on text:5678',
    ],
    [
      'a container that is not there',
      ({ Service }) => Object.assign(Service!, { LoadBalancers: [{ ...targets, ContainerName: 'web' }] }),
      'nothing that listens on web:5678',
    ],
    [
      'no balancer',
      ({ Service }) => delete Service!.LoadBalancers,
      'there must be one target group of Service',
    ],
    [
      'a task definition of another stack',
      ({ Service }) => Object.assign(Service!, { TaskDefinition: 'other:1' }),
      'Service.TaskDefinition names no task definition of this stack: other:1',
    ],
    [
      'a target group that no listener forwards to',
      ({ Listener }) => Object.assign(Listener!, { DefaultActions: [] }),
      'there must be one listener',
    ],
    ['TLS', ({ Listener }) => Object.assign(Listener!, { Protocol: 'TLS' }), 'Listener.Protocol must be TCP'],
    [
      'a balancer of another stack',
      ({ Listener }) => Object.assign(Listener!, { LoadBalancerArn: 'arn:other' }),
      'Listener.LoadBalancerArn names no balancer of this stack: arn:other',
    ],
    [
      'a property of the service that nothing imitates',
      ({ Service }) => Object.assign(Service!, { ServiceRegistries: [] }),
      'Service: the property ServiceRegistries',
    ],
  ])('%s', (_, change, message) => {
    expect(() => planAfter(change)).toThrow(message);
  });
});
