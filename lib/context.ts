import type { Node } from 'constructs';
import { type Configuration, configurationOf } from './configuration.ts';

/**
 * The props that a deployment chose by CDK context, by the same names: `cdk deploy -c allowedOrigins=https://app.example.com`. Context of
 * the command line is text, that of `cdk.json` may be a number.
 */
export function readContext(node: Node): Configuration {
  return configurationOf({
    identity: node.tryGetContext('identity'),
    tokenIssuer: node.tryGetContext('tokenIssuer'),
    tokenAudience: node.tryGetContext('tokenAudience'),
    tokenJwksUrl: node.tryGetContext('tokenJwksUrl'),
    allowedOrigins: commaList(node.tryGetContext('allowedOrigins')),
    sessions: node.tryGetContext('sessions'),
    pushAuth: node.tryGetContext('pushAuth'),
    broadcastPostsPerSecond: number(node.tryGetContext('broadcastPostsPerSecond')),
    maxTtlSeconds: number(node.tryGetContext('maxTtlSeconds')),
    textTtlSeconds: number(node.tryGetContext('textTtlSeconds')),
    logLevel: node.tryGetContext('logLevel'),
    stage: node.tryGetContext('stage'),
  });
}

/** What is no text is left as it is, to be refused by name. */
function commaList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}

/** Text that is no whole number is left as it is, to be refused by name. */
function number(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
