import { CfnParameter, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, configurationOf, type Unchecked } from '../../lib/configuration.ts';

const defaults = {
  identity: 'token',
  tokenIssuer: '',
  tokenAudience: '',
  tokenJwksUrl: '',
  allowedOrigins: [],
  sessions: 'many',
  pushAuth: 'iam',
  broadcastPostsPerSecond: 5_000,
  maxTtlSeconds: 604_800,
  textTtlSeconds: 0,
  logLevel: 'warn',
  stage: 'live',
};

describe('the configuration', () => {
  test('has a default for every prop', () => {
    expect(configurationOf({})).toEqual(defaults);
  });

  test('takes itself, so that what was checked can be checked again', () => {
    expect(configurationOf(configurationOf({ stage: 'prod' }))).toEqual({ ...defaults, stage: 'prod' });
  });

  test.each<[keyof Unchecked, unknown]>([
    ['identity', 'anybody'],
    ['identity', true],
    ['allowedOrigins', 'https://a.example'],
    ['tokenJwksUrl', 'http://id.example/keys'],
    ['tokenJwksUrl', 'id.example'],
    ['tokenIssuer', 5],
    ['sessions', 'one'],
    ['pushAuth', 'none'],
    ['broadcastPostsPerSecond', 9],
    ['broadcastPostsPerSecond', 100_001],
    ['broadcastPostsPerSecond', 1.5],
    ['broadcastPostsPerSecond', '5000'],
    ['maxTtlSeconds', 0],
    ['maxTtlSeconds', '7 days'],
    ['textTtlSeconds', -1],
    ['textTtlSeconds', 604_801],
    ['logLevel', 'verbose'],
    ['stage', ''],
    ['stage', '$default'],
    ['stage', 'a/b'],
    ['stage', 5],
  ])('refuses %s=%j with an error that names both', (key, value) => {
    expect(() => configurationOf({ [key]: value })).toThrow(ConfigurationError);
    expect(() => configurationOf({ [key]: value })).toThrow(`${key}=${JSON.stringify(value)}`);
  });

  test.each(['example.com', 'https://a.example/', 'https://A.example', '', '*', 5])(
    'refuses the origin %j and names it',
    (origin) => {
      const props = { allowedOrigins: ['https://a.example', origin] };

      expect(() => configurationOf(props)).toThrow(`allowedOrigins=${JSON.stringify(origin)}`);
    },
  );

  test.each(['tokenIssuer', 'tokenAudience'])('refuses a provider without %s', (missing) => {
    const provider = {
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    };

    expect(() => configurationOf({ ...provider, [missing]: undefined })).toThrow(missing);
  });
});

describe('what is known only at deployment', () => {
  const stack = new Stack();
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;

  test('is taken as it is where it is text', () => {
    const props = {
      tokenIssuer: text,
      tokenAudience: text,
      tokenJwksUrl: text,
      allowedOrigins: list,
      stage: text,
    };

    expect(configurationOf(props)).toMatchObject(props);
  });

  test('is refused where it decides what is declared', () => {
    expect(() => configurationOf({ identity: text })).toThrow('identity=');
    expect(() => configurationOf({ broadcastPostsPerSecond: number })).toThrow('known at synthesis');
  });
});
