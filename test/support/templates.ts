import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { type ChosenEnvironment, chooseEnvironment } from '../../lib/settings/chosen-environment.ts';
import type { Setting } from '../../lib/settings/setting.ts';
import { settings } from '../../lib/settings/settings.ts';
import { UidPush } from '../../lib/uid-push.ts';
import type { UidPushProps } from '../../lib/uid-push-props.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';

/** Only what is declared is looked at, so the functions' code is not bundled. */
const withoutBundling = { 'aws:cdk:bundling-stacks': [] };

const ownName = {
  domainName: 'push.example.com',
  domainCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  domainHostedZoneId: 'Z0123456789',
  domainPath: 'push/v1',
};
const webAclArn =
  'arn:aws:wafv2:us-east-1:123456789012:global/webacl/connects/12345678-1234-1234-1234-123456789012';

/** Presence, with all of its targets, and pages that watch. */
const presenceEverywhere = {
  presence: 'true',
  presenceQueue: 'true',
  presenceEventBus: 'own',
  presenceWebhook: 'https://shop.example/presence',
  presenceWatch: 'true',
};

/** Each feature that can be switched on, as text. A new feature is one more line. */
export const features: Record<string, Record<string, string>> = {
  defaults: {},
  'claimed identity': { identity: 'claimed' },
  'a provider’s tokens': {
    tokenJwksUrl: 'https://id.example/keys',
    tokenIssuer: 'https://id.example',
    tokenAudience: 'push',
  },
  'a push secret': { pushAuth: 'secret' },
  'tokens that can be revoked': { revocation: 'true' },
  groups: { groups: 'true' },
  'reserved functions': { pushConcurrency: '50', registerConcurrency: '100', broadcastConcurrency: '10' },
  'the text endpoint': { text: 'true' },
  presence: { ...presenceEverywhere, monitoring: 'true' },
  'presence on an event bus of one’s own': {
    presence: 'true',
    presenceEventBus: 'arn:aws:events:us-east-1:123456789012:event-bus/shop',
  },
  monitoring: { monitoring: 'true', alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call' },
  'a gradual deployment': { monitoring: 'true', deployment: 'canary', text: 'true' },
  protection: { protect: 'true' },
  'an HTTP API': { pushEndpoint: 'http-api' },
  'an HTTP API and a push secret': { pushEndpoint: 'http-api', pushAuth: 'secret', pushConcurrency: '50' },
  'a name of one’s own': { ...ownName, executeApiEndpoint: 'false', ipAddressType: 'dualstack' },
  tracing: { tracing: 'true', text: 'true', monitoring: 'true' },
  CloudFront: { cloudFront: 'only', webAclArn },
  'CloudFront with a name of one’s own': { ...ownName, cloudFront: 'beside', webAclArn },
  'monitoring of the text endpoint': { monitoring: 'true', text: 'true', logLevel: 'info' },
};

/** All that can be switched on beside the defaults. */
export const everything: Record<string, string> = {
  allowedOrigins: 'https://app.example',
  sessions: 'single',
  pushAuth: 'secret',
  pushConcurrency: '50',
  registerConcurrency: '100',
  broadcastConcurrency: '10',
  revocation: 'true',
  groups: 'true',
  monitoring: 'true',
  ...presenceEverywhere,
};

/** Every feature that others don't exclude, at the same time: cfn-lint and the packs of cdk-nag look at it. */
export const allAtOnce: Record<string, string> = {
  ...everything,
  ...ownName,
  cloudFront: 'only',
  webAclArn,
  pushEndpoint: 'http-api',
  tracing: 'true',
  logLevel: 'debug',
  lambdaLogFormat: 'text',
  ipAddressType: 'dualstack',
  protect: 'true',
  deployment: 'canary',
  tokenJwksUrl: 'https://id.example/keys',
  tokenIssuer: 'https://id.example',
  tokenAudience: 'push',
  alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call',
  text: 'true',
  textSecret: 'true',
  textCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
};

/** The environment of a settings file that has these settings, given as text or as what it stands for. */
export function environmentWith(given: Record<string, unknown>): ChosenEnvironment {
  const values = Object.entries(given).map(([name, value]) => {
    const setting: Setting | undefined = settings[name as keyof typeof settings];
    return [name, typeof value === 'string' ? (setting?.fromText?.(value) ?? value) : value];
  });
  const environment = { name: 'uidpush', ...Object.fromEntries(values) };
  return chooseEnvironment({ environments: { tested: environment } }, {}, 'uidpush.config.ts');
}

/** An app with the feature flags of cdk.json. */
export function appWithFlags(context: Record<string, unknown> = {}): App {
  const { context: flags } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return new App({ context: { ...flags, ...withoutBundling, ...context } });
}

/** The stack as `cdk deploy` of an environment with these settings would have it. */
export function deployedApp(given: Record<string, unknown>): { app: App; stack: UidPushStack } {
  const app = appWithFlags();
  return { app, stack: new UidPushStack(app, environmentWith(given)) };
}

/** The same with what the construct makes only when it is granted. */
export function grantedApp(context: Record<string, unknown>): { app: App; stack: UidPushStack } {
  const { app, stack } = deployedApp(context);
  const uidPush = stack.node.findChild('UidPush') as UidPush;
  const backend = new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() });
  uidPush.grantPush(backend);
  uidPush.grantDisconnect(backend);
  return { app, stack };
}

export function deployedTemplate(context: Record<string, unknown>): Template {
  return Template.fromStack(deployedApp(context).stack);
}

/** The construct in somebody's stack, to which `declare` adds something. */
export function embeddedTemplate(
  props: UidPushProps,
  declare: (stack: Stack, uidPush: UidPush) => void,
): Template {
  const stack = new Stack(new App({ context: withoutBundling }), 'app');
  declare(stack, new UidPush(stack, 'Pushes', props));
  return Template.fromStack(stack);
}
