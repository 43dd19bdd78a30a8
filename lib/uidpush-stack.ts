import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { readConfiguration } from './configuration.ts';
import { UidPush } from './uid-push.ts';

/** The construct with its configuration from the CDK context, and its addresses as outputs. */
export class UidPushStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const { webSocketUrl, pushUrl, pushSecretName } = new UidPush(
      this,
      'UidPush',
      readConfiguration(this.node),
    );
    new CfnOutput(this, 'WebSocketUrl', { value: webSocketUrl, description: 'Where browsers connect' });
    new CfnOutput(this, 'PushUrl', {
      value: pushUrl,
      description: 'Where backends push: POST <PushUrl>push',
    });
    if (pushSecretName !== undefined) {
      new CfnOutput(this, 'PushSecretName', {
        value: pushSecretName,
        description: 'The secret in Secrets Manager that backends bear',
      });
    }
  }
}
