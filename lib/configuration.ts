import { Token } from 'aws-cdk-lib';
import { Identity, PushAuth, Sessions } from '../lambda/names.ts';
import { MAX_TTL_SECONDS } from '../protocol/limits.ts';
import { LogLevel } from '../protocol/log-line.ts';
import type { UidPushProps } from './uid-push-props.ts';

/** The props, checked, with their defaults; `text` and `monitoring` are their own parts'. No provider: its three members are empty. No origins: any may connect. */
export type Configuration = Required<Omit<UidPushProps, 'text' | 'monitoring'>>;

/** A prop, or a value of the CDK context, that can't be used. The message names it, its value and what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(key: string, value: unknown, allowed: string) {
    super(`${key}=${JSON.stringify(value)} is not possible: ${allowed}.`);
  }
}

/** Where the values come from is not asked: context is text of any kind, and JavaScript passes what it likes. */
export type Unchecked = { readonly [Key in keyof UidPushProps]?: unknown };

/**
 * The only place where props are checked. What is known only at deployment (a token) is taken as it is; the choices and the number must
 * be known at synthesis, because they decide what is declared.
 */
export function configurationOf(props: Unchecked): Configuration {
  return {
    identity: oneOf('identity', props.identity ?? Identity.token, Object.values(Identity)),
    ...provider(props),
    allowedOrigins: origins('allowedOrigins', props.allowedOrigins ?? []),
    sessions: oneOf('sessions', props.sessions ?? Sessions.many, Object.values(Sessions)),
    pushAuth: oneOf('pushAuth', props.pushAuth ?? PushAuth.iam, Object.values(PushAuth)),
    broadcastPostsPerSecond: wholeNumber(
      'broadcastPostsPerSecond',
      props.broadcastPostsPerSecond ?? 5_000,
      [10, 100_000],
    ),
    ...ttls(props),
    logLevel: oneOf('logLevel', props.logLevel ?? LogLevel.warn, Object.values(LogLevel)),
    stage: stageName('stage', props.stage ?? 'live'),
  };
}

function ttls(props: Unchecked): Pick<Configuration, 'maxTtlSeconds' | 'textTtlSeconds'> {
  const maxTtlSeconds = wholeNumber('maxTtlSeconds', props.maxTtlSeconds ?? 7 * 86_400, [1, MAX_TTL_SECONDS]);
  const textTtlSeconds = wholeNumber('textTtlSeconds', props.textTtlSeconds ?? 0, [0, maxTtlSeconds]);
  return { maxTtlSeconds, textTtlSeconds };
}

function oneOf<Choice extends string>(key: string, value: unknown, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new ConfigurationError(key, value, `it must be ${choices.join(' or ')}`);
  return choice;
}

/** A provider's tokens are for many: without issuer and audience, one made for another service would be accepted here. */
function provider(props: Unchecked): Pick<Configuration, 'tokenIssuer' | 'tokenAudience' | 'tokenJwksUrl'> {
  const tokenIssuer = text('tokenIssuer', props.tokenIssuer ?? '');
  const tokenAudience = text('tokenAudience', props.tokenAudience ?? '');
  const tokenJwksUrl = text('tokenJwksUrl', props.tokenJwksUrl ?? '');
  if (tokenJwksUrl === '') return { tokenIssuer, tokenAudience, tokenJwksUrl };

  if (!Token.isUnresolved(tokenJwksUrl) && !isHttps(tokenJwksUrl)) {
    throw new ConfigurationError('tokenJwksUrl', tokenJwksUrl, 'it must be an https address');
  }
  if (tokenIssuer === '')
    throw new ConfigurationError('tokenIssuer', '', 'with tokenJwksUrl it must be given');
  if (tokenAudience === '')
    throw new ConfigurationError('tokenAudience', '', 'with tokenJwksUrl it must be given');
  return { tokenIssuer, tokenAudience, tokenJwksUrl };
}

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

function text(key: string, value: unknown): string {
  if (typeof value !== 'string') throw new ConfigurationError(key, value, 'it must be a text');
  return value;
}

function wholeNumber(key: string, value: unknown, [least, most]: [number, number]): number {
  const allowed = `it must be a whole number from ${least} to ${most}, known at synthesis`;
  // A token that stands for a number is one itself, far out of every range.
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new ConfigurationError(key, value, allowed);
  }
  return value;
}

function origins(key: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new ConfigurationError(key, value, 'it must be a list of origins');
  if (Token.isUnresolved(value)) return value;
  for (const origin of value) {
    if (!Token.isUnresolved(origin) && !isOrigin(origin)) {
      throw new ConfigurationError(
        key,
        origin,
        'each must be an origin as browsers send it, like https://app.example.com',
      );
    }
  }
  return value;
}

/** Browsers send scheme, host and port in lower case, with no path and no default port. */
function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

function stageName(key: string, value: unknown): string {
  const name = text(key, value);
  // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
  if (!Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
    throw new ConfigurationError(key, name, 'it must be 1 to 128 letters, digits, hyphens or underscores');
  }
  return name;
}
