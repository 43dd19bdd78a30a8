import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, readConfiguration } from '../../lib/configuration.ts';

function read(context: Record<string, unknown>) {
  return readConfiguration(new App({ context }).node);
}

describe('the configuration', () => {
  test('has defaults', () => {
    expect(read({})).toEqual({
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
      stage: 'live',
    });
  });

  test('takes a comma list of origins', () => {
    expect(read({ allowedOrigins: 'https://a.example, http://localhost:3000' }).allowedOrigins).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
  });

  test.each([
    ['identity', 'anybody'],
    ['identity', true],
    ['allowedOrigins', 'example.com'],
    ['allowedOrigins', 'https://a.example/'],
    ['allowedOrigins', 'https://A.example'],
    ['allowedOrigins', 'https://a.example,'],
    ['allowedOrigins', '*'],
    ['tokenJwksUrl', 'http://id.example/keys'],
    ['tokenJwksUrl', 'id.example'],
    ['tokenIssuer', 5],
    ['sessions', 'one'],
    ['pushAuth', 'none'],
    ['broadcastPostsPerSecond', '0'],
    ['broadcastPostsPerSecond', '1.5'],
    ['broadcastPostsPerSecond', 'many'],
    ['maxTtlSeconds', '0'],
    ['maxTtlSeconds', '7 days'],
    ['textTtlSeconds', '-1'],
    ['textTtlSeconds', '604801'],
    ['stage', ''],
    ['stage', '$default'],
    ['stage', 'a/b'],
  ])('refuses %s=%j with an error that names both', (key, value) => {
    expect(() => read({ [key]: value })).toThrow(ConfigurationError);
    expect(() => read({ [key]: value })).toThrow(`${key}=${JSON.stringify(value)}`);
  });
});
