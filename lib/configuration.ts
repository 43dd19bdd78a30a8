import type { Node } from 'constructs';
import { Identity, PushAuth, Sessions } from '../lambda/names.ts';

/** What a deployment can choose, by CDK context: `cdk deploy -c allowedOrigins=https://app.example.com`. */
export type Configuration = {
  /** How a connection proves its uid: by a signed token, or not at all. @default token */
  identity: Identity;
  /** The OpenID provider whose tokens are accepted. @default none: tokens are signed with a secret that the stack makes */
  tokenIssuer: string;
  /** What a token's `aud` must be. @default anything */
  tokenAudience: string;
  /** Where the provider publishes its keys. @default none */
  tokenJwksUrl: string;
  /** Browser origins that may connect. @default any */
  allowedOrigins: string[];
  /** `single`: a new registration of a uid closes its older connections. @default many */
  sessions: Sessions;
  /** Who may call the push URL: SigV4, or a bearer secret that the stack makes. @default iam */
  pushAuth: PushAuth;
  /** Posts that all broadcasts together may start per second. @default 5000: half of API Gateway's account throttle */
  broadcastPostsPerSecond: number;
  /** Seconds; the longest that a message is stored: a longer `TTL` is lowered to it. @default 604800: 7 days */
  maxTtlSeconds: number;
  /** Seconds for which messages of the text endpoint are stored. @default 0: not at all */
  textTtlSeconds: number;
  /** The stage's name, the path of the WebSocket URL. @default live */
  stage: string;
};

/** A context value that a deployment can't use. The message names the key, the value and what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(key: string, value: unknown, allowed: string) {
    super(`The context value ${key}=${JSON.stringify(value)} is not possible: ${allowed}.`);
  }
}

/** The only place where context is read and checked. */
export function readConfiguration(node: Node): Configuration {
  return {
    identity: oneOf('identity', node.tryGetContext('identity') ?? 'token', Object.values(Identity)),
    ...provider(node),
    allowedOrigins: origins('allowedOrigins', node.tryGetContext('allowedOrigins') ?? ''),
    sessions: oneOf('sessions', node.tryGetContext('sessions') ?? 'many', Object.values(Sessions)),
    pushAuth: oneOf('pushAuth', node.tryGetContext('pushAuth') ?? 'iam', Object.values(PushAuth)),
    broadcastPostsPerSecond: wholeNumber(
      'broadcastPostsPerSecond',
      node.tryGetContext('broadcastPostsPerSecond') ?? 5_000,
      [10, 100_000],
    ),
    ...ttls(node),
    stage: stageName('stage', node.tryGetContext('stage') ?? 'live'),
  };
}

function ttls(node: Node): Pick<Configuration, 'maxTtlSeconds' | 'textTtlSeconds'> {
  const year = 365 * 86_400;
  const maxTtlSeconds = wholeNumber('maxTtlSeconds', node.tryGetContext('maxTtlSeconds') ?? 7 * 86_400, [
    1,
    year,
  ]);
  const textTtlSeconds = wholeNumber('textTtlSeconds', node.tryGetContext('textTtlSeconds') ?? 0, [
    0,
    maxTtlSeconds,
  ]);
  return { maxTtlSeconds, textTtlSeconds };
}

function oneOf<Choice extends string>(key: string, value: unknown, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new ConfigurationError(key, value, `it must be ${choices.join(' or ')}`);
  return choice;
}

/** A provider's tokens are for many: without issuer and audience, one made for another service would be accepted here. */
function provider(node: Node): Pick<Configuration, 'tokenIssuer' | 'tokenAudience' | 'tokenJwksUrl'> {
  const tokenIssuer = text('tokenIssuer', node.tryGetContext('tokenIssuer') ?? '');
  const tokenAudience = text('tokenAudience', node.tryGetContext('tokenAudience') ?? '');
  const tokenJwksUrl = text('tokenJwksUrl', node.tryGetContext('tokenJwksUrl') ?? '');
  if (tokenJwksUrl === '') return { tokenIssuer, tokenAudience, tokenJwksUrl };

  if (!URL.canParse(tokenJwksUrl) || new URL(tokenJwksUrl).protocol !== 'https:') {
    throw new ConfigurationError('tokenJwksUrl', tokenJwksUrl, 'it must be an https address');
  }
  if (tokenIssuer === '')
    throw new ConfigurationError('tokenIssuer', '', 'with tokenJwksUrl it must be given');
  if (tokenAudience === '')
    throw new ConfigurationError('tokenAudience', '', 'with tokenJwksUrl it must be given');
  return { tokenIssuer, tokenAudience, tokenJwksUrl };
}

function text(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new ConfigurationError(key, value, 'it must be a text');
  return value;
}

/** Context of the command line is text, that of `cdk.json` may be a number. */
function wholeNumber(key: string, value: unknown, [least, most]: [number, number]): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new ConfigurationError(key, value, `it must be a whole number from ${least} to ${most}`);
  }
  return number;
}

function origins(key: string, value: unknown): string[] {
  if (typeof value !== 'string')
    throw new ConfigurationError(key, value, 'it must be a comma list of origins');
  const list = value.split(',').map((origin) => origin.trim());
  if (value === '') return [];
  for (const origin of list) {
    if (!isOrigin(origin)) {
      throw new ConfigurationError(
        key,
        value,
        'each must be an origin as browsers send it, like https://app.example.com',
      );
    }
  }
  return list;
}

/** Browsers send scheme, host and port in lower case, with no path and no default port. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function stageName(key: string, value: unknown): string {
  // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(value)) {
    throw new ConfigurationError(key, value, 'it must be 1 to 128 letters, digits, hyphens or underscores');
  }
  return value;
}
