import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MonitoringOptions } from './monitoring/monitoring-options.ts';
import { type Checked, checkSettings, type Given, refuseUnknown } from './settings/check-settings.ts';
import type { Setting } from './settings/setting.ts';
import { type SettingName, settings } from './settings/settings.ts';
import type { TextEndpointOptions } from './text-endpoint.ts';
import type { UidPushProps } from './uid-push-props.ts';

const where = 'CDK context';

/**
 * Keys that the CDK and its CLI put into the context: those with a name space (`@aws-cdk/…`, `aws:cdk:…`,
 * `vpc-provider:account=…`), and two without.
 */
const keyOfCdk = /[:/]|^(acknowledged-issue-numbers|cli-telemetry)$/;

/**
 * The props that a deployment chose by CDK context: `cdk deploy -c allowedOrigins=https://app.example.com`. Context of
 * the command line is text, that of `cdk.json` may be what it stands for. What is looked up or referred to is made in
 * `scope`.
 *
 * This is for the app whose whole context is ours. In another app the context is its own, and settings are props.
 */
export function readContext(scope: Construct): UidPushProps {
  const given = new Map<SettingName, Given>();
  for (const [name, value] of Object.entries<unknown>(scope.node.getAllContext())) {
    if (keyOfCdk.test(name) || value === undefined) continue;
    refuseUnknown(name, value, Object.keys(settings), where);
    const setting: Setting = settings[name as SettingName];
    const isText = typeof value === 'string' && value.trim() !== '';
    given.set(name as SettingName, { name, value: isText ? (setting.fromText?.(value) ?? value) : value });
  }
  const checked = checkSettings({ given, where, hasConstructs: false });
  const chosen = [...given.keys()].filter((name) => isProp(name));
  return {
    ...Object.fromEntries(chosen.map((name) => [name, checked[name]])),
    ...(checked.text && { text: textOf(checked, scope) }),
    ...(checked.monitoring && { monitoring: monitoringOf(checked, scope) }),
  };
}

/** The others are constructs, or members of one. */
function isProp(name: SettingName): boolean {
  const { prop }: Setting = settings[name];
  return prop === undefined && name !== 'text' && name !== 'monitoring';
}

function textOf(checked: Checked, scope: Construct): TextEndpointOptions {
  const { textVpcId, textAllowedFrom, textCertificateArn, textSecret, textTasks } = checked;
  return {
    ...(textVpcId !== undefined && { vpc: Vpc.fromLookup(scope, 'TextVpc', { vpcId: textVpcId }) }),
    ...(textAllowedFrom && { allowedFrom: textAllowedFrom }),
    ...(textCertificateArn !== undefined && {
      certificate: Certificate.fromCertificateArn(scope, 'TextCertificate', textCertificateArn),
    }),
    secret: textSecret,
    tasks: textTasks,
  };
}

function monitoringOf(checked: Checked, scope: Construct): MonitoringOptions {
  const { alarmTopicArn, slowPushMs, failedPercent } = checked;
  return {
    ...(alarmTopicArn !== undefined && {
      alarmTopic: Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopicArn),
    }),
    slowPushMs,
    failedPercent,
  };
}
