import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DomainOptions } from './domain.ts';
import type { MonitoringOptions } from './monitoring/monitoring-options.ts';
import type { PresenceOptions } from './presence-options.ts';
import type { Checked } from './settings/check-settings.ts';
import type { ChosenEnvironment } from './settings/chosen-environment.ts';
import type { Setting } from './settings/setting.ts';
import { type SettingName, settings } from './settings/settings.ts';
import type { TextEndpointOptions } from './text-endpoint.ts';
import type { UidPushProps } from './uid-push-props.ts';

/** Returns the props that an environment chooses. What it names is looked up, or referred to, in `scope`. */
export function propsOf({ given, checked }: ChosenEnvironment, scope: Construct): UidPushProps {
  const chosen = given.filter((name) => isProp(name));
  return {
    ...Object.fromEntries(chosen.map((name) => [name, checked[name]])),
    ...(checked.text && { text: textOf(checked, scope) }),
    ...(checked.monitoring && { monitoring: monitoringOf(checked, scope) }),
    ...(checked.presence && { presence: presenceOf(checked, scope) }),
    ...domainOf(checked, scope),
  };
}

const groups: readonly SettingName[] = ['text', 'monitoring', 'presence'];

/** The others are constructs, or members of one. */
function isProp(name: SettingName): boolean {
  const { prop }: Setting = settings[name];
  return prop === undefined && !groups.includes(name);
}

function textOf(checked: Checked, scope: Construct): TextEndpointOptions {
  const { textVpcId, textAllowedFrom, textCertificateArn, textSecret, textImage, textTasks } = checked;
  return {
    ...(textVpcId !== undefined && { vpc: Vpc.fromLookup(scope, 'TextVpc', { vpcId: textVpcId }) }),
    ...(textAllowedFrom && { allowedFrom: textAllowedFrom }),
    ...(textCertificateArn !== undefined && {
      certificate: Certificate.fromCertificateArn(scope, 'TextCertificate', textCertificateArn),
    }),
    secret: textSecret,
    image: textImage,
    tasks: textTasks,
  };
}

function domainOf(checked: Checked, scope: Construct): { domain?: DomainOptions } {
  const {
    domainName: name,
    domainCertificateArn,
    domainHostedZoneId: hostedZoneId,
    domainPath: path,
  } = checked;
  if (name === undefined || domainCertificateArn === undefined) return {};
  return {
    domain: {
      name,
      certificate: Certificate.fromCertificateArn(scope, 'DomainCertificate', domainCertificateArn),
      // The zone's own name is of no use: that of the records is whole.
      ...(hostedZoneId !== undefined && {
        hostedZone: HostedZone.fromHostedZoneAttributes(scope, 'DomainZone', {
          hostedZoneId,
          zoneName: name,
        }),
      }),
      ...(path !== undefined && { path }),
    },
  };
}

function presenceOf(checked: Checked, scope: Construct): PresenceOptions {
  const {
    presenceGraceSeconds,
    presenceQueue,
    presenceEventBus,
    presenceWebhook,
    presenceWatch,
    claimedWatch,
  } = checked;
  return {
    graceSeconds: presenceGraceSeconds,
    queue: presenceQueue,
    watch: presenceWatch,
    claimedWatch,
    ...(presenceEventBus !== undefined && {
      eventBus:
        presenceEventBus === 'own'
          ? presenceEventBus
          : EventBus.fromEventBusArn(scope, 'PresenceBus', presenceEventBus),
    }),
    ...(presenceWebhook !== undefined && { webhook: presenceWebhook }),
  };
}

function monitoringOf(checked: Checked, scope: Construct): MonitoringOptions {
  const { alarmTopicArn, slowPushMs, failedPercent, canary, objectivePercent } = checked;
  return {
    ...(alarmTopicArn !== undefined && {
      alarmTopic: Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopicArn),
    }),
    slowPushMs,
    failedPercent,
    canary,
    objectivePercent,
  };
}
