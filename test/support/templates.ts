import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { UidPush } from '../../lib/uid-push.ts';
import type { UidPushProps } from '../../lib/uid-push-props.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';

/** Only what is declared is looked at, so the functions' code is not bundled. */
const withoutBundling = { 'aws:cdk:bundling-stacks': [] };

/** Each feature that the context can switch on. A new feature is one more line. */
export const features: Record<string, Record<string, string>> = {
  defaults: {},
  'claimed identity': { identity: 'claimed' },
  'a provider’s tokens': {
    tokenJwksUrl: 'https://id.example/keys',
    tokenIssuer: 'https://id.example',
    tokenAudience: 'push',
  },
  'a push secret': { pushAuth: 'secret' },
  'the text endpoint': { text: 'true' },
  monitoring: { monitoring: 'true', alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call' },
  'monitoring of the text endpoint': { monitoring: 'true', text: 'true', logLevel: 'info' },
};

/** All that can be switched on beside the defaults. */
export const everything: Record<string, string> = {
  allowedOrigins: 'https://app.example',
  sessions: 'single',
  pushAuth: 'secret',
  monitoring: 'true',
};

/** The stack as `cdk deploy` with this context would have it, with the feature flags of cdk.json. */
export function deployedApp(context: Record<string, unknown>): { app: App; stack: UidPushStack } {
  const { context: flags } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context: { ...flags, ...withoutBundling, ...context } });
  return { app, stack: new UidPushStack(app, 'uidpush') };
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
