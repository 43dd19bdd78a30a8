import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { configurationOf, type Unchecked } from '../../lib/configuration.ts';
import { ConfigurationError } from '../../lib/settings/configuration-error.ts';

const configured = (props: Unchecked) => configurationOf(props, 'app/Pushes');

describe('the configuration', () => {
  test('has a default for every prop that has one', () => {
    expect(configured({})).toMatchObject({
      identity: 'token',
      tokenJwksUrl: undefined,
      allowedOrigins: undefined,
      sessions: 'many',
      pushAuth: 'iam',
      broadcastPostsPerSecond: 5_000,
      maxTtlSeconds: 604_800,
      textTtlSeconds: 0,
      logLevel: 'warn',
      lambdaLogFormat: 'json',
      stage: 'live',
      text: undefined,
      monitoring: undefined,
    });
  });

  test('takes constructs of the app', () => {
    const stack = new Stack();
    const text = {
      vpc: new Vpc(stack, 'Vpc'),
      certificate: Certificate.fromCertificateArn(stack, 'C', 'arn:aws:acm:r:1:certificate/a'),
      secret: new Secret(stack, 'Secret'),
      allowedFrom: ['10.0.0.0/8'],
      tasks: 3,
    };
    const monitoring = { alarmTopic: new Topic(stack, 'Topic'), slowPushMs: 500, failedPercent: 0.5 };

    expect(configured({ text, monitoring, textTtlSeconds: 60 })).toMatchObject({ text, monitoring });
  });

  test.each<[Unchecked, string]>([
    [{ identity: 'anybody' }, 'identity="anybody"'],
    [{ identity: true }, 'identity=true'],
    [{ allowedOrigins: 'https://a.example' }, 'allowedOrigins="https://a.example"'],
    [{ tokenJwksUrl: 'http://id.example/keys' }, 'tokenJwksUrl="http://id.example/keys"'],
    [{ tokenJwksUrl: 'id.example' }, 'tokenJwksUrl="id.example"'],
    [{ tokenJwksUrl: 'https://me:pw@id.example' }, 'tokenJwksUrl="https://…@id.example"'],
    [{ sessions: Object.assign(Object.create(null), { a: { b: 1 } }) }, 'sessions=Object'],
    [{ tokenIssuer: 5 }, 'tokenIssuer=5'],
    [{ sessions: 'one' }, 'sessions="one"'],
    [{ pushAuth: 'none' }, 'pushAuth="none"'],
    [{ broadcastPostsPerSecond: 9 }, 'broadcastPostsPerSecond=9'],
    [{ broadcastPostsPerSecond: 100_001 }, 'broadcastPostsPerSecond=100001'],
    [{ broadcastPostsPerSecond: 10.5 }, 'broadcastPostsPerSecond=10.5'],
    [{ broadcastPostsPerSecond: '5000' }, 'broadcastPostsPerSecond="5000"'],
    [{ maxTtlSeconds: 0 }, 'maxTtlSeconds=0'],
    [{ maxTtlSeconds: Number.NaN }, 'maxTtlSeconds=NaN'],
    [{ text: {}, textTtlSeconds: -1 }, 'textTtlSeconds=-1'],
    [{ text: {}, textTtlSeconds: 604_801 }, 'textTtlSeconds=604801'],
    [{ textTtlSeconds: 60 }, 'textTtlSeconds=60'],
    [{ logLevel: 'verbose' }, 'logLevel="verbose"'],
    [{ stage: '' }, 'stage=""'],
    [{ stage: '$default' }, 'stage="$default"'],
    [{ stage: 'a/b' }, 'stage="a/b"'],
    [{ text: true }, 'text=true'],
    [{ text: { tasks: 0 } }, 'text.tasks=0'],
    [{ text: { tasks: 1.5 } }, 'text.tasks=1.5'],
    [{ text: { tasks: Number.NaN } }, 'text.tasks=NaN'],
    [{ text: { tasks: 101 } }, 'text.tasks=101'],
    [{ text: { tasks: '2' } }, 'text.tasks="2"'],
    [{ text: { allowedFrom: ['/99'] } }, 'text.allowedFrom="/99"'],
    [{ text: { allowedFrom: ['10.0.0.0/8', '::/0'] } }, 'text.allowedFrom="::/0"'],
    [{ text: { allowedFrom: [] } }, 'text.allowedFrom=[]'],
    [{ text: { vpc: 'vpc-1' } }, 'text.vpc="vpc-1"'],
    [{ text: { certificate: {} } }, 'text.certificate={}'],
    [{ text: { secret: 'abc' } }, 'text.secret="abc"'],
    [{ monitoring: true }, 'monitoring=true'],
    [{ monitoring: { failedPercent: 200 } }, 'monitoring.failedPercent=200'],
    [{ monitoring: { failedPercent: 0 } }, 'monitoring.failedPercent=0'],
    [{ monitoring: { slowPushMs: -5 } }, 'monitoring.slowPushMs=-5'],
    [{ monitoring: { slowPushMs: Number.POSITIVE_INFINITY } }, 'monitoring.slowPushMs=Infinity'],
    [{ monitoring: { alarmTopic: 'arn:aws:sns:r:1:t' } }, 'monitoring.alarmTopic="arn:aws:sns:r:1:t"'],
    [{ identity: 'claimed', tokenAudience: 'push' }, 'tokenAudience="push"'],
  ])('refuses %j with an error that names the prop, its value and the construct', (props, named) => {
    expect(() => configured(props)).toThrow(ConfigurationError);
    expect(() => configured(props)).toThrow(`${named} (a prop of app/Pushes)`);
  });

  test('sees what a prop’s object inherits, and what it has by accessors', () => {
    class Props {
      get sessions() {
        return 'single';
      }
      get allowedOrigins() {
        return [];
      }
    }

    expect(() => configured(new Props())).toThrow('allowedOrigins=[]');
    expect(configured(Object.create({ sessions: 'single' })).sessions).toBe('single');
    expect(() => configured(Object.create({ session: 'single' }))).toThrow('did you mean sessions?');
    expect(() => configured({ text: Object.create({ tasks: 0 }) })).toThrow('text.tasks=0');
  });

  test.each([[null], ['token'], [[]]])('refuses %j as props', (props) => {
    expect(() => configured(props as Unchecked)).toThrow(ConfigurationError);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ allowedOrigin: ['https://a.example'] }, 'did you mean allowedOrigins?'],
    [{ pushauth: 'secret' }, 'did you mean pushAuth?'],
    [{ textTasks: 3 }, 'did you mean text?'],
    [{ text: { task: 3 } }, 'did you mean text.tasks?'],
    [{ text: { allowedfrom: [] } }, 'did you mean text.allowedFrom?'],
    [{ monitoring: { slowPushMS: 5 } }, 'did you mean monitoring.slowPushMs?'],
    [{ monitoring: { alarmTopicArn: 'x' } }, 'did you mean monitoring.alarmTopic?'],
  ])('refuses %j, which is no prop, with the nearest', (props, hint) => {
    expect(() => configured(props)).toThrow(ConfigurationError);
    if (hint !== 'did you mean text?') expect(() => configured(props)).toThrow(hint);
  });

  test.each(['tokenIssuer', 'tokenAudience'])('refuses a provider without %s', (missing) => {
    const provider = {
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    };

    expect(() => configured({ ...provider, [missing]: undefined })).toThrow(missing);
  });
});

describe('an allowed origin', () => {
  test.each([
    'https://app.example.com',
    'http://localhost:3000',
    'https://*.example.com',
    'https://*.example.com:8443',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'http://tauri.localhost',
    'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb',
    'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
  ])('may be %s', (origin) => {
    expect(configured({ allowedOrigins: [origin] }).allowedOrigins).toEqual([origin]);
  });

  test.each([
    'example.com',
    'https://a.example/',
    'https://A.example',
    'https://a.example:443',
    'https://user@a.example',
    'https://a.example,https://b.example',
    '',
    ' ',
    '*',
    'null',
    'https://*',
    'https://*.com',
    'https://*.*.example.com',
    'https://app.*.com',
    'https://a*.example.com',
    'chrome-extension://*',
    'ws://a.example',
    'wss://a.example',
    'ftp://a.example',
    'file://a',
    'blob:https://a.example',
    'data:text/html,a',
    'https:a.example',
    5,
  ])('can’t be %j, and the error names it', (origin) => {
    const props = { allowedOrigins: ['https://a.example', origin] };

    expect(() => configured(props)).toThrow(`allowedOrigins=${JSON.stringify(origin)}`);
  });

  test.each([[[]], ['']])('must be: %j would let in any', (allowedOrigins) => {
    expect(() => configured({ allowedOrigins })).toThrow('it is empty; leave it out for any');
  });
});

describe('a message to pass over', () => {
  test.each(['ping', '{"type":"pong"}', ' {"a":1,"b":[2]} ', '["a"]', '7'])('may be %s', (message) => {
    expect(configured({ ignoredFirstMessages: [message] }).ignoredFirstMessages).toEqual([message]);
  });

  test.each(['', ' ', '{}', '{"type"', '{"type":"pong"},x', 5])('can’t be %j', (message) => {
    const props = { ignoredFirstMessages: ['ping', message] };

    expect(() => configured(props)).toThrow(`ignoredFirstMessages=${JSON.stringify(message)}`);
  });
});

describe('what is known only at deployment', () => {
  const stack = new Stack(new App(), 'stack');
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

    expect(configured(props)).toMatchObject(props);
    expect(configured({ allowedOrigins: [text] }).allowedOrigins).toEqual([text]);
  });

  test('is refused where it decides what is declared', () => {
    expect(() => configured({ identity: text })).toThrow('identity=');
    expect(() => configured({ broadcastPostsPerSecond: number })).toThrow('known at synthesis');
  });
});
