import { fileURLToPath } from 'node:url';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { UidPush } from 'uidpush/cdk';

/** A shop that tells its customers in their browsers when something happens to their orders. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const orderEvents = new Queue(this, 'OrderEvents');
    const uidPush = new UidPush(this, 'UidPush', { allowedOrigins: ['https://shop.example.com'] });

    // A role of its own that may write this log alone, instead of CDK's, which may write every log.
    const log = new LogGroup(this, 'NotifyLog');
    const role = new Role(this, 'NotifyRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    const notify = new NodejsFunction(this, 'Notify', {
      entry: fileURLToPath(new URL('../notify-customers.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      bundling: { format: OutputFormat.ESM },
      logGroup: log,
      role,
    });
    notify.addEventSource(new SqsEventSource(orderEvents, { reportBatchItemFailures: true }));
    uidPush.grantPush(notify);

    new CfnOutput(this, 'WebSocketUrl', { value: uidPush.webSocketUrl });
    new CfnOutput(this, 'OrderEventsUrl', { value: orderEvents.queueUrl });
  }
}
