import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { only } from './only.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';
import type { SecretPlan } from './secret-plan.ts';

/** The program of an ECS service's tasks behind a load balancer. */
export type TaskPlan = {
  /** A program and its arguments. */
  command: string[];
  environment: Record<string, string>;
  /** Variables whose values are secrets: their ARNs. */
  secrets: Record<string, string>;
  /** How long it may take to stop before it is killed. */
  stopTimeoutMs: number;
  /** `host:port` where the balancer listens. */
  endpoint: string;
};

export function taskPlans(
  template: Template,
  references: References,
  secrets: readonly SecretPlan[],
): TaskPlan[] {
  const of = (type: string) => resourcesOf(template, references, type);
  return of('AWS::ECS::Service').map((service) => {
    const name = service.text('TaskDefinition');
    const definition = of('AWS::ECS::TaskDefinition').find(({ ref }) => ref === name);
    if (!definition)
      throw service.problem('TaskDefinition', `names no task definition of this stack: ${name}`);
    const container = containerOf(definition);
    const targets = targetsOf(service);
    checkPort(definition, container, targets);
    return {
      command: commandOf(definition, container),
      environment: environmentOf(container),
      secrets: secretsOf(definition, container, secrets),
      // The default is that of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
      stopTimeoutMs: (container.StopTimeout ?? 30) * 1_000,
      endpoint: endpointOf(template, references, targets),
    };
  });
}

/** The properties of a container that are imitated. */
type Container = {
  Name: string;
  Command?: string[];
  Environment?: { Name: string; Value: string }[];
  Secrets?: { Name: string; ValueFrom: string }[];
  PortMappings?: { ContainerPort: number }[];
  StopTimeout?: number;
};

const imitated = ['Name', 'Command', 'Environment', 'Secrets', 'PortMappings', 'StopTimeout'];
const withoutEffect = [
  'Essential',
  'Image',
  'LinuxParameters',
  'LogConfiguration',
  'ReadonlyRootFilesystem',
  'User',
];

const containersProperty = 'ContainerDefinitions';

function containerOf(definition: ResourceReader): Container {
  const containers = definition.value(containersProperty) as Container[];
  const container = only(containers, `container of ${definition.logicalId}`);
  const other = Object.keys(container).find((key) => ![...imitated, ...withoutEffect].includes(key));
  if (other) throw definition.problem(`${containersProperty}.${other}`, 'is not imitated');
  return container;
}

function commandOf(definition: ResourceReader, { Command = [] }: Container): string[] {
  if (Command[0] !== 'node') {
    throw definition.problem(`${containersProperty}.Command`, 'must be node: other programs are not run');
  }
  return Command;
}

function environmentOf({ Environment = [] }: Container): Record<string, string> {
  return Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));
}

function secretsOf(
  definition: ResourceReader,
  { Secrets = [] }: Container,
  secrets: readonly SecretPlan[],
): Record<string, string> {
  for (const { Name, ValueFrom } of Secrets) {
    if (secrets.some(({ arn }) => arn === ValueFrom)) continue;
    const property = `${containersProperty}.Secrets.${Name}`;
    throw definition.problem(property, `names no secret of this stack: ${ValueFrom}`);
  }
  return Object.fromEntries(Secrets.map(({ Name, ValueFrom }) => [Name, ValueFrom]));
}

type Targets = { ContainerName: string; ContainerPort: number; TargetGroupArn: string };

function targetsOf(service: ResourceReader): Targets {
  const targets = (service.value('LoadBalancers') ?? []) as Targets[];
  return only(targets, `target group of ${service.logicalId}`);
}

/** At another port the balancer would find no listener, and the deployment would fail. */
function checkPort(definition: ResourceReader, container: Container, targets: Targets): void {
  const { ContainerName, ContainerPort } = targets;
  const { Name, PortMappings = [] } = container;
  const isMapped = PortMappings.some((mapping) => mapping.ContainerPort === ContainerPort);
  const isListening = environmentOf(container).PORT === String(ContainerPort);
  if (Name === ContainerName && isMapped && isListening) return;
  throw definition.problem(
    containersProperty,
    `has nothing that listens on ${ContainerName}:${ContainerPort}`,
  );
}

/** Where the listener is that forwards to the targets. */
function endpointOf(template: Template, references: References, { TargetGroupArn }: Targets): string {
  const of = (type: string) => resourcesOf(template, references, `AWS::ElasticLoadBalancingV2::${type}`);
  const listener = only(
    of('Listener').filter((candidate) => forwardsTo(candidate, TargetGroupArn)),
    `listener of ${TargetGroupArn}`,
  );
  if (listener.text('Protocol') !== 'TCP') {
    throw listener.problem('Protocol', 'must be TCP: TLS is not imitated');
  }
  const balancerArn = listener.text('LoadBalancerArn');
  const balancer = of('LoadBalancer').find(({ ref }) => ref === balancerArn);
  if (!balancer) throw listener.problem('LoadBalancerArn', `names no balancer of this stack: ${balancerArn}`);
  return `${balancer.attribute('DNSName')}:${listener.value('Port')}`;
}

function forwardsTo(listener: ResourceReader, targetGroupArn: string): boolean {
  const actions = listener.value('DefaultActions') as { Type: string; TargetGroupArn?: string }[];
  return actions.some((action) => action.Type === 'forward' && action.TargetGroupArn === targetGroupArn);
}
