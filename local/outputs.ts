import { TemplateError } from './template/cloud-formation.ts';
import type { Plan } from './template/plan.ts';

/** The outputs of the stack, by the names they have on AWS, and the show page. */
export type Outputs = {
  /** `ws://host:port` */
  WebSocketUrl: string;
  /** `http://host:port/` */
  PushUrl: string;
  /** `host:port`; only where the stack has a text endpoint. */
  TextEndpoint?: string;
  /** Only where programs must send it a secret first. */
  TextSecretName?: string;
  /** Only where callers of the push URL bear a secret. */
  PushSecretName?: string;
  /** Only where browsers prove their uids by tokens that are signed with a secret. */
  TokenSecretName?: string;
  /** Only where events of presence go to a queue. */
  PresenceQueueUrl?: string;
  /** Only where events of presence go to an event bus. */
  PresenceEventBusArn?: string;
  /** Only where events of presence go to a webhook. */
  PresenceWebhookSecretName?: string;
  /** The WebSocket API by API Gateway's own name; only where it has another, too. */
  ApiWebSocketUrl?: string;
  /** The setting `cloudFront`, where it is on. */
  CloudFrontMode?: string;
  /** `function-url` or `http-api`. */
  PushUrlKind?: string;
  /** By which the logs have uids. */
  UidHashKey?: string;
  PageUrl: string;
};

const optionalNames = [
  'ApiWebSocketUrl',
  'CloudFrontMode',
  'PushUrlKind',
  'TextEndpoint',
  'TextSecretName',
  'PushSecretName',
  'TokenSecretName',
  'PresenceQueueUrl',
  'PresenceEventBusArn',
  'PresenceWebhookSecretName',
  'UidHashKey',
] as const satisfies (keyof Outputs)[];

export function outputsOf(plan: Plan, pageUrl: string): Outputs {
  const optional = optionalNames.flatMap((name) => {
    const value = plan.outputs.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    WebSocketUrl: outputOf(plan, 'WebSocketUrl'),
    PushUrl: outputOf(plan, 'PushUrl'),
    ...Object.fromEntries(optional),
    PageUrl: pageUrl,
  };
}

/** @throws {TemplateError} when the stack has none of this name */
export function outputOf(plan: Plan, name: string): string {
  const output = plan.outputs.get(name);
  if (output === undefined) throw new TemplateError(`the stack has no output ${name}`);
  return output;
}
