/** `uidpush/cdk`: the stack as a construct, for an app of your own. */

export { Identity, MetricName, PushAuth, Sessions } from '../lambda/names.ts';
export { ConfigurationError } from './configuration.ts';
export { UidPush } from './uid-push.ts';
export type { UidPushProps } from './uid-push-props.ts';
