import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { TableAttribute } from '../lambda/names.ts';

export type ExpiringTableProps = {
  /** Whether it can't be deleted, can be put back to any second of the last 35 days, and outlives the stack. */
  protect: boolean;
};

/**
 * A table whose items all expire, or cost next to nothing; on demand, so it costs nothing while it is not used. It goes
 * with the stack.
 */
export class ExpiringTable extends TableV2 {
  constructor(scope: Construct, id: string, { protect }: ExpiringTableProps) {
    super(scope, id, {
      partitionKey: { name: TableAttribute.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TableAttribute.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: TableAttribute.expiresAt,
      billing: Billing.onDemand(),
      removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: protect,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: protect },
    });
  }
}
