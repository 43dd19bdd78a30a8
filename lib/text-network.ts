import { IpAddresses, type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeOf } from './acknowledge.ts';

/** For hardly more than the tasks and the balancer, and seldom in use elsewhere, so that it can be peered with. */
const ownCidr = '10.56.78.0/24';

/** The VPC of the text endpoint, and where in it the balancer and the tasks are. */
export class TextNetwork extends Construct {
  readonly vpc: IVpc;
  /** The addresses of the whole VPC. */
  readonly cidr: string;
  readonly subnets: SubnetSelection;
  /** Whether tasks need public addresses: the push URL and the registry of images are on the internet. */
  readonly isPublic: boolean;

  /** Without `vpc` a new one is made. */
  constructor(scope: Construct, id: string, { vpc }: { vpc: IVpc | undefined }) {
    super(scope, id);
    // Under exactOptionalPropertyTypes CDK's classes don't fit their own interfaces.
    this.vpc = vpc ?? (this.#newVpc() as IVpc);
    this.cidr = vpc ? vpc.vpcCidrBlock : ownCidr;
    this.isPublic = this.vpc.privateSubnets.length === 0;
    this.subnets = {
      subnetType: this.isPublic ? SubnetType.PUBLIC : SubnetType.PRIVATE_WITH_EGRESS,
      // A balancer takes no more.
      onePerAz: true,
    };
  }

  /**
   * Two zones and no NAT gateways, each of which would cost as much as all the rest. Nothing from outside gets past the
   * security groups.
   */
  #newVpc(): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(ownCidr),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      ],
      // To empty the default group takes a Lambda function with rights of its own. Nothing here is in that group.
      restrictDefaultSecurityGroup: false,
    });
    const noFlowLogs =
      'Flow logs cost by the gigabyte; only the balancer and its tasks are here. Give a VPC that has them.';
    acknowledge(vpc, 'VPC7', noFlowLogs);
    acknowledgeOf('NIST.800.53.R5', vpc, {
      VPCFlowLogsEnabled: noFlowLogs,
      VPCDefaultSecurityGroupClosed: 'Nothing is in it; to empty it takes a function with rights of its own.',
      VPCNoUnrestrictedRouteToIGW:
        'Tasks reach AWS by it, for want of a NAT gateway; security groups let nothing in from outside.',
    });
    return vpc;
  }
}
