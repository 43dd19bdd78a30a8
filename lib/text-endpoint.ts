import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { LogLevel } from '../protocol/log-line.ts';
import { GeneratedSecret } from './generated-secret.ts';
import type { PushEndpoint } from './push-endpoint.ts';
import { settings } from './settings/settings.ts';
import { TextBalancer, textPort } from './text-balancer.ts';
import { TextNetwork } from './text-network.ts';
import { TextScaling } from './text-scaling.ts';
import { TextService } from './text-service.ts';

/** Options of `UidPushProps.text`. */
export type TextEndpointOptions = {
  /**
   * The VPC in which programs reach it. The tasks are in its private subnets with a way to the internet, if it has
   * such, else in the public ones.
   * @default - a new VPC of two zones, without NAT gateways
   */
  readonly vpc?: IVpc;
  /**
   * IPv4 ranges that may connect, like `10.0.0.0/16`.
   * @default - the VPC's own
   */
  readonly allowedFrom?: readonly string[];
  /**
   * Certificate for TLS. With it, a silent connection is closed after 5 minutes instead of 10.
   * @default - plain TCP
   */
  readonly certificate?: ICertificate;
  /**
   * Whether a connection's first line must be a secret. `true`: one that is made here, see `TextEndpoint.secret`.
   * @default false
   */
  readonly secret?: boolean | ISecret;
  /**
   * The image of the tasks: for arm64, with `node` 20 or newer and a user of that name. A tag may stand for another
   * image tomorrow; by digest (`…@sha256:…`) it is the same for ever.
   * @default public.ecr.aws/docker/library/node:24-alpine
   */
  readonly image?: string;
  /**
   * Minimum number of tasks, 1 to 100; the maximum is five times as many.
   * @default 2
   */
  readonly tasks?: number;
};

export type TextEndpointProps = TextEndpointOptions & {
  readonly push: PushEndpoint;
  /** For how long messages are stored, in seconds; 0: not at all. */
  readonly ttlSeconds: number;
  readonly logLevel: LogLevel;
  /** Whether each request to the push URL begins a trace. */
  readonly isTracing: boolean;
};

/**
 * The Text protocol over TCP: an internal load balancer and tasks that hand lines to the push URL. They cost while
 * idle. Made by `UidPush`.
 */
export class TextEndpoint extends Construct {
  /** The address that programs connect to: `host:port`. */
  readonly address: string;
  /** The secret that a connection's first line must name; undefined where none is asked for. */
  readonly secret: ISecret | undefined;
  /** The VPC, its subnets and the range of its addresses. */
  readonly network: TextNetwork;
  /** The internal Network Load Balancer. */
  readonly balancer: TextBalancer;
  /** The Fargate service. */
  readonly service: TextService;

  /** @internal */
  constructor(scope: Construct, id: string, props: TextEndpointProps) {
    super(scope, id);
    const { vpc, certificate, push, image = settings.textImage.default, tasks = 2 } = props;
    this.secret = this.#secretFor(props.secret ?? false);
    this.network = new TextNetwork(this, 'Network', { vpc });
    this.balancer = new TextBalancer(this, 'Balancer', {
      network: this.network,
      allowedFrom: props.allowedFrom ?? [this.network.cidr],
      certificate,
    });
    this.service = new TextService(this, 'Service', {
      network: this.network,
      balancer: this.balancer,
      push,
      secret: this.secret,
      ttlSeconds: props.ttlSeconds,
      logLevel: props.logLevel,
      isTracing: props.isTracing,
      image,
      tasks,
    });
    new TextScaling(this, 'Scaling', { service: this.service, balancer: this.balancer, tasks });
    this.address = `${this.balancer.balancer.loadBalancerDnsName}:${textPort}`;
  }

  #secretFor(wanted: boolean | ISecret): ISecret | undefined {
    if (typeof wanted === 'object') return wanted;
    if (!wanted) return undefined;
    // Under exactOptionalPropertyTypes CDK's classes don't fit their own interfaces.
    return new GeneratedSecret(this, 'Secret', {
      description: 'What programs send first on a connection to the text endpoint: {"secret":"…"}',
      length: 43,
      notRotatedBecause:
        'Programs hold the secret too, and a rotation that they don’t know of would lock them out.',
    }) as ISecret;
  }
}
