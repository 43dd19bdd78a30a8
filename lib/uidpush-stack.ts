import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { readContext } from './context.ts';
import { UidPush } from './uid-push.ts';

/** The construct with its props from the CDK context, and its addresses as outputs. */
export class UidPushStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const uidPush = new UidPush(this, 'UidPush', readContext(this));
    this.#output('WebSocketUrl', uidPush.webSocketUrl, 'Where browsers connect');
    this.#output('PushUrl', uidPush.pushUrl, 'Where backends push: POST <PushUrl>push');
    this.#output(
      'PushSecretName',
      uidPush.pushSecret?.secretName,
      'The secret that backends bear, in Secrets Manager',
    );
    this.#output(
      'TokenSecretName',
      uidPush.tokenSecret?.secretName,
      'The secret that tokens are signed with, in Secrets Manager',
    );
    this.#output(
      'TextEndpoint',
      uidPush.textEndpoint?.address,
      'Where programs connect that speak the Text protocol',
    );
    this.#output(
      'TextSecretName',
      uidPush.textEndpoint?.secret?.secretName,
      'The secret that programs send first to the text endpoint, in Secrets Manager',
    );
  }

  #output(name: string, value: string | undefined, description: string): void {
    if (value !== undefined) new CfnOutput(this, name, { value, description });
  }
}
