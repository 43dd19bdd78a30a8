/**
 * The construct for a CDK app of your own.
 *
 * @module uidpush/cdk
 */

export { Identity, MetricName, PushAuth, PushEndpointKind, Sessions } from '../lambda/names.ts';
export { LogLevel } from '../protocol/log-line.ts';
export { CloudFront } from './cloud-front.ts';
export { Deployment } from './deployment.ts';
export type { Domain, DomainOptions } from './domain.ts';
export type { GrantOptions } from './grant-variables.ts';
export { AlarmName } from './monitoring/alarm-name.ts';
export type { Monitoring } from './monitoring/monitoring.ts';
export type { MonitoringOptions } from './monitoring/monitoring-options.ts';
export type { Presence } from './presence.ts';
export type { PresenceOptions } from './presence-options.ts';
export { ConfigurationError } from './settings/configuration-error.ts';
export type { TextEndpoint, TextEndpointOptions } from './text-endpoint.ts';
export { UidPush } from './uid-push.ts';
export type { UidPushProps } from './uid-push-props.ts';
