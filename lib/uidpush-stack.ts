import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { propsOf } from './environment-props.ts';
import { guardSettings } from './guarded-settings.ts';
import { LIVE_ALIAS } from './lambda-function.ts';
import type { ChosenEnvironment } from './settings/chosen-environment.ts';
import { overrideText } from './settings/summary.ts';
import { UidPush } from './uid-push.ts';

/** The construct with the settings of one environment, and its addresses as outputs. */
export class UidPushStack extends Stack {
  constructor(scope: Construct, environment: ChosenEnvironment, props?: Omit<StackProps, 'stackName'>) {
    // Its id is part of what metrics and dashboards are distinguished by, so it is the environment's, too.
    super(scope, environment.name, { terminationProtection: environment.checked.protect, ...props });
    for (const override of environment.overrides) {
      Annotations.of(this).addWarningV2(`uidpush:override:${override.name}`, overrideText(override));
    }
    guardSettings(this, environment);
    const uidPush = new UidPush(this, 'UidPush', propsOf(environment, this));
    this.#output('WebSocketUrl', uidPush.webSocketUrl, 'Where browsers connect');
    const { domain, distribution } = uidPush;
    const atCloudFront = environment.checked.domainName && distribution?.distributionDomainName;
    this.#output(
      'DomainTarget',
      domain?.target ?? atCloudFront,
      'What the WebSocket URL’s name must point to',
    );
    this.#output('DistributionId', distribution?.distributionId, 'CloudFront’s distribution');
    this.#output(
      'ApiWebSocketUrl',
      distribution || (domain && environment.checked.executeApiEndpoint)
        ? uidPush.webSocketStage.url
        : undefined,
      'The WebSocket API by API Gateway’s own name, where WebSocketUrl is another',
    );
    this.#output('CloudFrontMode', distribution && environment.checked.cloudFront, 'The setting cloudFront');
    this.#output('PushUrl', uidPush.pushUrl, 'Where backends push: POST <PushUrl>push');
    this.#output('PushUrlKind', uidPush.pushEndpoint, 'What PushUrl is of: function-url or http-api');
    this.#output(
      'PreviousPushUrl',
      uidPush.oldPushUrl,
      'Where backends pushed before functions had versions: give them PushUrl',
    );
    this.#output(
      'PushFunctionArn',
      `${uidPush.pushFunction.functionArn}:${LIVE_ALIAS}`,
      'What a caller of the push URL must be allowed to invoke',
    );
    this.#output('UidHashKey', uidPush.uidHashKey, 'By which the logs have uids: npx uidpush uid-hash <uid>');
    this.#output('DashboardName', uidPush.monitoring?.dashboard.dashboardName, 'CloudWatch’s dashboard');
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
      'PresenceQueueUrl',
      uidPush.presence?.eventQueue?.queueUrl,
      'The queue of events of who comes online and who leaves',
    );
    this.#output(
      'PresenceEventBusArn',
      uidPush.presence?.eventBus?.eventBusArn,
      'The event bus of events of who comes online and who leaves',
    );
    this.#output(
      'PresenceWebhookSecretName',
      uidPush.presence?.webhookSecret?.secretName,
      'The secret that events of presence are signed with, in Secrets Manager',
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
