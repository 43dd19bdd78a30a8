import * as cdk from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { UidPush } from 'uidpush/cdk';

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new UidPush(this, 'UidPush');
  }
}
