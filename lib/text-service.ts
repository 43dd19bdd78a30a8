import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AwsLogDriverMode,
  Capability,
  Cluster,
  ContainerImage,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { textProgram } from '#text-program';
import { LogLevel } from '../protocol/log-line.ts';
import { defaultTextLimits } from '../text/limits.ts';
import { TextVariable } from '../text/names.ts';
import { acknowledge, acknowledgeLogGroup, acknowledgeOwnPolicy } from './acknowledge.ts';
import type { PushEndpoint } from './push-endpoint.ts';
import { type TextBalancer, textPort } from './text-balancer.ts';
import type { TextNetwork } from './text-network.ts';

const containerName = 'text';

/**
 * How long a task may take to stop before it is killed: a little longer than the service takes. Fargate allows 120 s.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout)
 */
const stopTimeout = Duration.millis(defaultTextLimits.stopDeadlineMs + 10_000);

export type TextServiceProps = {
  network: TextNetwork;
  balancer: TextBalancer;
  push: PushEndpoint;
  /** Secret that programs must send first. */
  secret: ISecret | undefined;
  /** For how long messages are stored, in seconds; 0: not at all. */
  ttlSeconds: number;
  logLevel: LogLevel;
  isTracing: boolean;
  /** Of Node alone, so that neither synthesis nor deployment needs Docker: the program comes as the command. */
  image: string;
  /** How many tasks run, at least. */
  tasks: number;
};

/** The tasks that speak the Text protocol: `text/`, on Fargate. */
export class TextService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: TextServiceProps) {
    super(scope, id);
    const { network, balancer, tasks } = props;
    // Under exactOptionalPropertyTypes CDK's classes don't fit their own interfaces.
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc }) as ICluster;
    acknowledge(
      cluster,
      'ECS4',
      'Container Insights are billed by the metric; CPU, memory and healthy tasks are counted without.',
    );
    this.service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: this.#taskDefinition(props),
      // Set again by each deployment of a new task definition, and grown from there. Without it there would be one
      // task: scaling does not raise what is below its least before there is load.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
      desiredCount: tasks,
      // A new task listens before an old one is stopped.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      vpcSubnets: network.subnets,
      assignPublicIp: network.isPublic,
      securityGroups: [this.#securityGroup(network)],
    });
    balancer.sendTo(this.service, containerName);
  }

  /**
   * Out: HTTPS, to the push URL, the registry of images, the log and the secrets. Security groups don't concern the
   * VPC's own DNS and what hands out the task's credentials.
   * Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
   */
  #securityGroup({ vpc }: TextNetwork): SecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Tasks of the text endpoint',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS');
    return group;
  }

  #taskDefinition({
    balancer,
    push,
    secret,
    ttlSeconds,
    logLevel,
    isTracing,
    image,
  }: TextServiceProps): FargateTaskDefinition {
    const definition = new FargateTaskDefinition(this, 'Task', {
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    acknowledge(
      definition,
      'ECS2',
      'The variables are an address, a port and a time; what is secret comes from Secrets Manager.',
    );
    acknowledgeOwnPolicy(definition);
    if (!push.secret) push.grantPush(definition.taskRole);
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgeLogGroup(logGroup);
    // No init process: Node is the first, has no children, and handles SIGTERM itself.
    const linuxParameters = new LinuxParameters(this, 'Linux');
    linuxParameters.dropCapabilities(Capability.ALL);
    definition.addContainer(containerName, {
      image: ContainerImage.fromRegistry(image),
      command: ['node', '--input-type=module', '--eval', textProgram()],
      environment: {
        [TextVariable.pushUrl]: push.pushOnlyUrl,
        [TextVariable.port]: String(textPort),
        [TextVariable.ttlSeconds]: String(ttlSeconds),
        ...(logLevel !== LogLevel.warn && { [TextVariable.logLevel]: logLevel }),
        ...(isTracing && { [TextVariable.tracing]: 'true' }),
        [TextVariable.idleTimeoutSeconds]: String(balancer.serviceIdleTimeout.toSeconds()),
      },
      secrets: {
        ...(push.secret && {
          [TextVariable.pushSecret]: EcsSecret.fromSecretsManager(push.secret as ISecret),
        }),
        ...(secret && { [TextVariable.secret]: EcsSecret.fromSecretsManager(secret) }),
      },
      portMappings: [{ containerPort: textPort }],
      stopTimeout,
      user: 'node',
      readonlyRootFilesystem: true,
      linuxParameters,
      logging: LogDrivers.awsLogs({
        streamPrefix: containerName,
        logGroup,
        // Node writes to a pipe and waits; while CloudWatch is slow no line would be answered.
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(4),
      }),
    });
    return definition;
  }
}
