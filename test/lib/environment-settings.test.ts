import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { propsOf } from '../../lib/environment-props.ts';
import { chooseEnvironment } from '../../lib/settings/chosen-environment.ts';
import { ConfigurationError } from '../../lib/settings/configuration-error.ts';
import { settings } from '../../lib/settings/settings.ts';
import { overrideText, summaryOf } from '../../lib/settings/summary.ts';

const file = 'uidpush.config.ts';

/** What the flags choose over an environment that says nothing. */
function read(flags: Record<string, unknown>) {
  return propsFrom({ environments: { dev: { name: 'uidpush-dev' } } }, flags);
}

/** What an environment chooses. */
function inFile(given: Record<string, unknown>) {
  return propsFrom({ environments: { dev: { name: 'uidpush-dev', ...given } } });
}

function propsFrom(config: unknown, flags: Record<string, unknown> = {}) {
  return propsOf(chooseEnvironment(config, flags, file), new Stack(new App(), 'stack'));
}

const provider = {
  tokenJwksUrl: 'https://id.example/keys',
  tokenIssuer: 'https://id.example',
  tokenAudience: 'push',
};

describe('a flag', () => {
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
  ])('gives the prop of the same name: %s', (key, value) => {
    expect(read({ [key]: value })).toEqual({ [key]: value });
  });

  test('gives the address of a provider’s keys', () => {
    expect(read(provider)).toEqual(provider);
  });

  test('never sets the stage, which is the address of all open pages', () => {
    expect(() => read({ stage: 'dev' })).toThrow(
      'stage="dev" (a flag, or context of cdk.json) is not possible',
    );
    expect(inFile({ stage: 'prod' })).toEqual({ stage: 'prod' });
  });

  test.each([
    ['ping, {"type":"pong"}', ['ping', '{"type":"pong"}']],
    ['["ping","{\\"a\\":1,\\"b\\":2}"]', ['ping', '{"a":1,"b":2}']],
  ])(
    'gives messages to pass over as text with commas, or as JSON where one has commas: %s',
    (flag, messages) => {
      expect(read({ ignoredFirstMessages: flag }).ignoredFirstMessages).toEqual(messages);
    },
  );

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
    expect(read(context)).toEqual({
      text: { secret: false, image: 'public.ecr.aws/docker/library/node:24-alpine', tasks: 2 },
    });
  });

  test('chooses the thresholds of monitoring', () => {
    expect(read({ monitoring: 'true', slowPushMs: '500', failedPercent: '0.5' })).toEqual({
      monitoring: { slowPushMs: 500, failedPercent: 0.5, canary: true, objectivePercent: 99.5 },
    });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ allowedOrigins: 'https://a.example,' }, 'allowedOrigins=""'],
    [{ allowedOrigins: true }, 'allowedOrigins=true'],
    [{ broadcastPostsPerSecond: '1.5' }, 'broadcastPostsPerSecond=1.5'],
    [{ broadcastPostsPerSecond: 'many' }, 'broadcastPostsPerSecond="many"'],
    [{ broadcastPostsPerSecond: '0x10' }, 'broadcastPostsPerSecond="0x10"'],
    [{ broadcastPostsPerSecond: '1e3' }, 'broadcastPostsPerSecond="1e3"'],
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
  ])('refuses %j with an error that says what, and that it was a flag', (context, named) => {
    expect(() => read(context)).toThrow(ConfigurationError);
    expect(() => read(context)).toThrow(`${named} (a flag, or context of cdk.json)`);
  });

  // `-c allowedOrigins=$UNSET`
  test.each(Object.keys(settings))('refuses an empty %s: it would open what it was to close', (name) => {
    for (const empty of ['', ' ', null]) {
      expect(() => inFile({ text: true, monitoring: true, [name]: empty })).toThrow(
        `${name}=${JSON.stringify(empty)} (${file}, environment dev) is not possible: it is empty`,
      );
      const isFixed = name === 'stage';
      expect(() => read({ text: 'true', monitoring: 'true', [name]: empty })).toThrow(
        isFixed
          ? 'no flag may change it'
          : `${name}=${JSON.stringify(empty)} (a flag, or context of cdk.json)`,
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
      /there is no such setting; there are env, identity, /,
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

describe('the settings file', () => {
  const two = {
    environments: {
      dev: { name: 'uidpush-dev', identity: 'claimed' },
      prod: { name: 'uidpush', allowedOrigins: ['https://a.example'] },
    },
  };
  const chosen = (config: unknown, flags: Record<string, unknown> = {}) =>
    chooseEnvironment(config, flags, file);

  test('has an environment for each stack, which -c env chooses', () => {
    expect(chosen(two, { env: 'dev' })).toMatchObject({ key: 'dev', name: 'uidpush-dev' });
    expect(chosen(two, { env: 'prod' })).toMatchObject({ key: 'prod', name: 'uidpush' });
    expect(propsFrom(two, { env: 'prod' })).toEqual({ allowedOrigins: ['https://a.example'], protect: true });
  });

  test('needs no -c env where it has but one, or names that of commands without', () => {
    expect(chosen({ environments: { only: { name: 'a' } } }).key).toBe('only');
    expect(chosen({ ...two, defaultEnvironment: 'prod' }).key).toBe('prod');
    expect(() => chosen(two)).toThrow('choose an environment, -c env=<name>: there are dev, prod');
  });

  test.each<[unknown, Record<string, unknown>, string]>([
    [two, { env: 'pord' }, 'env="pord" (a flag, or context of cdk.json) is not possible: no environment has'],
    [two, { env: 'toString' }, 'env="toString"'],
    [{ ...two, defaultEnvironment: 'live' }, {}, 'defaultEnvironment="live" (uidpush.config.ts)'],
    [{ ...two, enviroments: {} }, { env: 'dev' }, 'did you mean environments?'],
    [{ environments: {} }, {}, 'it must have one at least'],
    [{}, {}, 'environments=undefined (uidpush.config.ts)'],
    [undefined, {}, 'default=undefined (uidpush.config.ts)'],
    [{ environments: { dev: undefined } }, {}, 'dev=undefined'],
    [{ environments: { dev: {} } }, {}, 'name=undefined (uidpush.config.ts, environment dev)'],
    [{ environments: { dev: { name: 'my stack' } } }, {}, 'name="my stack"'],
    [{ environments: { dev: { name: '1st' } } }, {}, 'name="1st"'],
    [{ environments: { dev: { name: 'a'.repeat(129) } } }, {}, 'up to 128'],
    [{ environments: { dev: { name: 'a', allowedOrigin: [] } } }, {}, 'did you mean allowedOrigins?'],
    [
      { environments: { dev: { name: 'a', identity: 'anybody' } } },
      {},
      '(uidpush.config.ts, environment dev)',
    ],
    [{ environments: { dev: { name: 'a', textTasks: 3 } } }, {}, 'without text there is no text endpoint'],
    [{ environments: { dev: { name: 'a', monitoring: 'true' } } }, {}, 'monitoring="true"'],
  ])('that is %j with %j is refused: %s', (config, flags, message) => {
    expect(() => chosen(config, flags)).toThrow(ConfigurationError);
    expect(() => chosen(config, flags)).toThrow(message);
  });

  test('is overridden by a flag in what the flag names, and in nothing else', () => {
    const environment = chosen(two, { env: 'prod', identity: 'claimed', logLevel: 'warn' });
    expect(environment.checked).toMatchObject({ identity: 'claimed', allowedOrigins: ['https://a.example'] });
    // What a flag leaves as it is overrides nothing.
    expect(environment.overrides).toEqual([{ name: 'identity', value: 'claimed', inFile: 'token' }]);
  });

  test('contradicted by a flag is refused, and nothing of it dropped', () => {
    const file = { environments: { dev: { name: 'a', text: true, textTasks: 3 } } };
    expect(() => chosen(file, { text: 'false' })).toThrow('textTasks=3 (uidpush.config.ts, environment dev)');
  });

  test('is told in a few lines: the environment, what matters, and what flags change', () => {
    const environment = chosen(two, { env: 'prod', identity: 'claimed', sessions: 'single' });
    expect(summaryOf(environment, file)).toBe(
      [
        'uidpush: environment prod of uidpush.config.ts, stack uidpush',
        '  identity=claimed allowedOrigins=https://a.example pushAuth=iam stage=live text=false monitoring=false protect=true sessions=single',
        '  ! A flag sets identity=claimed for this run only: the settings file says token.',
        '  ! A flag sets sessions=single for this run only: the settings file says many.',
        '',
      ].join('\n'),
    );
    expect(overrideText({ name: 'maxTtlSeconds', value: 5, inFile: undefined })).toContain('has none');
  });
});
