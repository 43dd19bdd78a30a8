import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { readContext } from '../../lib/context.ts';
import { ConfigurationError } from '../../lib/settings/configuration-error.ts';
import { settings } from '../../lib/settings/settings.ts';

function read(context: Record<string, unknown>) {
  return readContext(new Stack(new App({ context }), 'stack'));
}

const provider = {
  tokenJwksUrl: 'https://id.example/keys',
  tokenIssuer: 'https://id.example',
  tokenAudience: 'push',
};

describe('the CDK context', () => {
  test('chooses nothing by itself', () => {
    expect(read({})).toEqual({});
  });

  test.each([
    ['identity', 'claimed'],
    ['tokenIssuer', 'https://id.example'],
    ['tokenAudience', 'push'],
    ['sessions', 'single'],
    ['pushAuth', 'secret'],
    ['logLevel', 'debug'],
    ['stage', 'prod'],
  ])('gives the prop of the same name: %s', (key, value) => {
    expect(read({ [key]: value })).toEqual({ [key]: value });
  });

  test('gives the address of a provider’s keys', () => {
    expect(read(provider)).toEqual(provider);
  });

  test('gives a list as text with commas, or as a list of cdk.json', () => {
    const list = ['https://a.example', 'http://localhost:3000'];
    expect(read({ allowedOrigins: 'https://a.example, http://localhost:3000' }).allowedOrigins).toEqual(list);
    expect(read({ allowedOrigins: list }).allowedOrigins).toEqual(list);
    expect(read({ text: true, textAllowedFrom: '10.0.0.0/8, 192.0.2.7/32' }).text?.allowedFrom).toEqual([
      '10.0.0.0/8',
      '192.0.2.7/32',
    ]);
  });

  test.each(['20', 20])('gives a number, from the command line or from cdk.json', (value) => {
    expect(read({ broadcastPostsPerSecond: value }).broadcastPostsPerSecond).toBe(20);
  });

  test.each([{ text: 'false' }, { text: false }, { monitoring: 'false' }])(
    'switches off by %j',
    (context) => {
      expect(read(context)).toEqual({});
    },
  );

  test.each([{ text: 'true' }, { text: true }])('switches a part on, with its defaults, by %j', (context) => {
    expect(read(context)).toEqual({ text: { secret: false, tasks: 2 } });
  });

  test('chooses the thresholds of monitoring', () => {
    expect(read({ monitoring: 'true', slowPushMs: '500', failedPercent: '0.5' })).toEqual({
      monitoring: { slowPushMs: 500, failedPercent: 0.5 },
    });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ allowedOrigins: 'https://a.example,' }, 'allowedOrigins=""'],
    [{ allowedOrigins: true }, 'allowedOrigins=true'],
    [{ broadcastPostsPerSecond: '1.5' }, 'broadcastPostsPerSecond=1.5'],
    [{ broadcastPostsPerSecond: 'many' }, 'broadcastPostsPerSecond="many"'],
    [{ broadcastPostsPerSecond: '0x10' }, 'broadcastPostsPerSecond="0x10"'],
    [{ broadcastPostsPerSecond: '1e3' }, 'broadcastPostsPerSecond="1e3"'],
    [{ stage: 5 }, 'stage=5'],
    [{ text: 'yes' }, 'text="yes"'],
    [{ text: 'TRUE' }, 'text="TRUE"'],
    [{ text: 1 }, 'text=1'],
    [{ text: 'true', textVpcId: 'my-vpc' }, 'textVpcId="my-vpc"'],
    [{ text: 'true', textVpcId: 5 }, 'textVpcId=5'],
    [{ text: 'true', textAllowedFrom: '10.0.0.0' }, 'textAllowedFrom="10.0.0.0"'],
    [{ text: 'true', textAllowedFrom: '10.0.0.0/33' }, 'textAllowedFrom="10.0.0.0/33"'],
    [{ text: 'true', textAllowedFrom: '10.0.0.0/08' }, 'textAllowedFrom="10.0.0.0/08"'],
    [{ text: 'true', textAllowedFrom: '10.0.0.0/8,' }, 'textAllowedFrom=""'],
    [{ text: 'true', textAllowedFrom: '::/0' }, 'textAllowedFrom="::/0"'],
    [{ text: 'true', textCertificateArn: 'example.com' }, 'textCertificateArn="example.com"'],
    [{ text: 'true', textSecret: 'abc' }, 'textSecret="abc"'],
    [{ text: 'true', textTasks: '0' }, 'textTasks=0'],
    [{ text: 'true', textTasks: true }, 'textTasks=true'],
    [{ text: 'true', textTasks: '0x10' }, 'textTasks="0x10"'],
    [{ text: 'true', textTasks: '101' }, 'textTasks=101'],
    [{ text: 'true', textTasks: ' 5' }, 'textTasks=" 5"'],
    [{ monitoring: 'yes' }, 'monitoring="yes"'],
    [{ monitoring: 'true', alarmTopicArn: 'on-call' }, 'alarmTopicArn="on-call"'],
  ])('refuses %j with an error that says what, and that it was context', (context, named) => {
    expect(() => read(context)).toThrow(ConfigurationError);
    expect(() => read(context)).toThrow(`${named} (CDK context)`);
  });

  // `-c allowedOrigins=$UNSET`
  test.each(Object.keys(settings))('refuses an empty %s: it would open what it was to close', (name) => {
    for (const empty of ['', ' ', null]) {
      expect(() => read({ text: 'true', monitoring: 'true', [name]: empty })).toThrow(
        `${name}=${JSON.stringify(empty)} (CDK context) is not possible: it is empty`,
      );
    }
  });
});

describe('a key that is no setting', () => {
  test.each([
    ['allowedOrigin', 'allowedOrigins'],
    ['allowed-origins', 'allowedOrigins'],
    ['allowedorigins', 'allowedOrigins'],
    ['pushauth', 'pushAuth'],
    ['Identity', 'identity'],
    ['textTask', 'textTasks'],
    ['tokenJwksURL', 'tokenJwksUrl'],
  ])('is refused, %s, with the nearest that is one', (key, nearest) => {
    expect(() => read({ [key]: 'x' })).toThrow(ConfigurationError);
    expect(() => read({ [key]: 'x' })).toThrow(`did you mean ${nearest}?`);
  });

  test('is refused with the list of all where none is near', () => {
    expect(() => read({ somethingElseAltogether: 1 })).toThrow(
      /there is no such setting; there are identity, /,
    );
  });

  test('is not refused where it is the CDK’s own', () => {
    const ofCdk = {
      '@aws-cdk/core:newStyleStackSynthesis': true,
      'aws:cdk:enable-path-metadata': true,
      'vpc-provider:account=1:filter.vpc-id=vpc-1:region=r': {},
      'availability-zones:account=1:region=r': [],
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };
    expect(read(ofCdk)).toEqual({});
  });
});

describe('settings that contradict each other', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ identity: 'claimed', ...provider }, 'tokenJwksUrl'],
    [{ identity: 'claimed', tokenIssuer: 'https://id.example' }, 'tokenIssuer'],
    [{ identity: 'claimed', tokenAudience: 'push' }, 'tokenAudience'],
    [{ ...provider, tokenIssuer: undefined }, 'tokenIssuer'],
    [{ ...provider, tokenAudience: undefined }, 'tokenAudience'],
    [{ textTasks: '5' }, 'textTasks'],
    [{ text: 'false', textTasks: '5' }, 'textTasks'],
    [{ textVpcId: 'vpc-1' }, 'textVpcId'],
    [{ textAllowedFrom: '10.0.0.0/8' }, 'textAllowedFrom'],
    [{ textCertificateArn: 'arn:aws:acm:r:1:certificate/a' }, 'textCertificateArn'],
    [{ textSecret: 'true' }, 'textSecret'],
    [{ textTtlSeconds: '60' }, 'textTtlSeconds'],
    [{ text: 'true', textTtlSeconds: '60', maxTtlSeconds: '59' }, 'textTtlSeconds'],
    [{ alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call' }, 'alarmTopicArn'],
    [{ slowPushMs: '500' }, 'slowPushMs'],
    [{ monitoring: 'false', failedPercent: '2' }, 'failedPercent'],
  ])('are refused, %j, with an error that names %s', (context, name) => {
    expect(() => read(context)).toThrow(ConfigurationError);
    expect(() => read(context)).toThrow(new RegExp(`^${name}=`));
  });
});
