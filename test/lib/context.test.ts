import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, configurationOf } from '../../lib/configuration.ts';
import { readContext } from '../../lib/context.ts';

function read(context: Record<string, unknown>) {
  return readContext(new App({ context }).node);
}

describe('the CDK context', () => {
  test('chooses nothing by itself', () => {
    expect(read({})).toEqual(configurationOf({}));
  });

  test.each([
    ['identity', 'claimed'],
    ['tokenIssuer', 'https://id.example'],
    ['tokenAudience', 'push'],
    ['sessions', 'single'],
    ['pushAuth', 'secret'],
    ['stage', 'prod'],
  ])('gives the prop of the same name: %s', (key, value) => {
    expect(read({ [key]: value })).toMatchObject({ [key]: value });
  });

  test('gives the address of a provider’s keys', () => {
    const provider = {
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    };
    expect(read(provider)).toMatchObject(provider);
  });

  test('gives a list of origins as text with commas', () => {
    expect(read({ allowedOrigins: 'https://a.example, http://localhost:3000' }).allowedOrigins).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
    expect(read({ allowedOrigins: '' }).allowedOrigins).toEqual([]);
  });

  test.each(['20', 20])('gives a number, from the command line or from cdk.json', (value) => {
    expect(read({ broadcastPostsPerSecond: value }).broadcastPostsPerSecond).toBe(20);
  });

  test.each([
    ['allowedOrigins', 'https://a.example,', '""'],
    ['allowedOrigins', true, 'true'],
    ['broadcastPostsPerSecond', '1.5', '"1.5"'],
    ['broadcastPostsPerSecond', 'many', '"many"'],
    ['broadcastPostsPerSecond', '', '""'],
  ])('is refused where the prop can’t be: %s=%j', (key, value, named) => {
    expect(() => read({ [key]: value })).toThrow(ConfigurationError);
    expect(() => read({ [key]: value })).toThrow(`${key}=${named}`);
  });
});
