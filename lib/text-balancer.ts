import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ListenerCertificate,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { defaultTextLimits } from '../text/limits.ts';
import { acknowledge, acknowledgeOf } from './acknowledge.ts';
import type { TextNetwork } from './text-network.ts';

/** Where programs connect, and where tasks listen; the port of the original. */
export const textPort = 5678;

/**
 * After which silence the service closes a connection, and when the balancer forgets it. The service must be the first:
 * the balancer forgets without a word, and what a program then sends is reset. A TCP listener's time may be 60 to 6,000
 * s, a TLS listener's is 350 s for ever.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
 */
const idleTimeouts = {
  tcp: {
    service: Duration.millis(defaultTextLimits.idleTimeoutMs),
    balancer: Duration.millis(defaultTextLimits.idleTimeoutMs + 60_000),
  },
  tls: { service: Duration.seconds(300) },
};

export type TextBalancerProps = {
  network: TextNetwork;
  /** IPv4 ranges that may connect. */
  allowedFrom: readonly string[];
  /** With it programs speak TLS. */
  certificate: ICertificate | undefined;
};

/** The internal load balancer that programs connect to. */
export class TextBalancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly targetGroup: NetworkTargetGroup;
  /** After which silence the service must close a connection. */
  readonly serviceIdleTimeout: Duration;

  constructor(scope: Construct, id: string, { network, allowedFrom, certificate }: TextBalancerProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    const sources = new SecurityGroup(this, 'Sources', {
      vpc,
      description: 'Who may connect to the text endpoint',
      allowAllOutbound: false,
    });
    for (const range of allowedFrom) sources.addIngressRule(Peer.ipv4(range), Port.tcp(textPort), 'Programs');

    this.balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: subnets,
      internetFacing: false,
      // Security groups can't be given to a balancer that was made without.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
      securityGroups: [sources],
      // Programs resolve the name once and stay with the address that they got. If it sent to the tasks of its own zone
      // alone, those programs would get nowhere when the zone's last task goes. A gigabyte between zones, a million
      // lines of a kilobyte, is $0.02.
      crossZoneEnabled: true,
    });
    const noLogs =
      'Network Load Balancers log TLS handshakes only, nothing of lines, into a bucket that would be made for it.';
    acknowledge(this.balancer, 'ELB2', noLogs);
    acknowledgeOf('NIST.800.53.R5', this.balancer, {
      ELBLoggingEnabled: noLogs,
      ELBDeletionProtectionEnabled: 'It has no data: the stack makes another, and its name is an output.',
      ...(certificate === undefined && {
        ELBv2ACMCertificateRequired:
          'With textCertificateArn programs speak TLS; without, the network is trusted.',
      }),
    });
    this.targetGroup = this.#targets(network);

    this.serviceIdleTimeout = idleTimeouts[certificate ? 'tls' : 'tcp'].service;
    this.balancer.addListener('Lines', {
      port: textPort,
      ...(certificate
        ? { protocol: Protocol.TLS, certificates: [ListenerCertificate.fromCertificateManager(certificate)] }
        : { protocol: Protocol.TCP, tcpIdleTimeout: idleTimeouts.tcp.balancer }),
      defaultTargetGroups: [this.targetGroup],
    });
  }

  /**
   * Sends connections to the tasks of `service`, whose container `containerName` listens. CDK opens neither security
   * group for it.
   */
  sendTo(service: FargateService, containerName: string): void {
    this.targetGroup.addTarget(service.loadBalancerTarget({ containerName, containerPort: textPort }));
    service.connections.allowFrom(this.balancer, Port.tcp(textPort), 'Text endpoint');
  }

  #targets({ vpc }: TextNetwork): NetworkTargetGroup {
    return new NetworkTargetGroup(this, 'Tasks', {
      vpc,
      port: textPort,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      healthCheck: {
        protocol: Protocol.TCP,
        interval: Duration.seconds(10),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      // ECS takes a task out of the group first and stops it after this. It is for the balancer to send no more
      // connections; those that are open are not waited for, because programs keep theirs for hours: the task itself
      // ends them, each after its last answer.
      // https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/load-balancer-connection-draining.html
      deregistrationDelay: Duration.seconds(30),
      // Cut here, they would lose those answers.
      connectionTermination: false,
    });
  }
}
