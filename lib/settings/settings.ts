import type * as v from 'valibot';
import { Identity, PushAuth, PushEndpointKind, Sessions } from '../../lambda/names.ts';
import { LogLevel } from '../../protocol/log-line.ts';
import { Deployment } from '../deployment.ts';
import { isHttps } from './address-patterns.ts';
import { addressSettings } from './address-settings.ts';
import { presenceSettings } from './presence-settings.ts';
import {
  choice,
  construct,
  flag,
  messageList,
  numberFrom,
  optIn,
  originList,
  type Setting,
  text,
  wholeNumber,
  year,
} from './setting.ts';
import { textSettings } from './text-settings.ts';

/**
 * All that a deployment can choose, by the names of the settings file. Flags and the props of the construct are checked
 * by it, too.
 */
export const settings = {
  identity: {
    ...choice(Object.values(Identity)),
    default: Identity.token,
    doc: 'How a connection proves its uid: by a signed token, or not at all.',
    onChange: 'Browsers would have to prove their uids in another way.',
  },
  tokenIssuer: {
    ...text('a text'),
    unset: 'anything',
    doc: 'What a token’s `iss` must be.',
  },
  tokenAudience: {
    ...text('a text'),
    unset: 'anything',
    doc: 'What a token’s `aud` must be.',
  },
  tokenJwksUrl: {
    ...text('an https address, without a user name and a password', isHttps),
    unset: 'tokens are signed with a secret that the stack makes',
    doc: 'Where an OpenID provider publishes its keys. Needs `tokenIssuer` and `tokenAudience`.',
    onChange: 'The tokens that browsers have would be refused.',
  },
  revocation: {
    ...optIn,
    doc: 'Whether a backend can log a uid out for good and block it. Tokens need an `iat`; a registration costs one read more.',
  },
  maxTokenSeconds: {
    ...wholeNumber(60, year),
    unit: 'seconds',
    default: 86_400,
    doc: 'With `revocation`, the longest that a token may be valid, from `iat` to `exp`. One that is longer is refused.',
  },
  allowedOrigins: {
    ...originList,
    unset: 'any',
    doc: 'Browser origins that may connect. `https://*.example.com` stands for one label of any name.',
  },
  firstMessageMember: {
    ...text('a text'),
    unset: 'the whole message is',
    doc: 'The member of a plain page’s JSON first message that is the uid, or the token: `{"type":"login","token":"…"}`.',
  },
  ignoredFirstMessages: {
    ...messageList,
    unset: 'none',
    doc: 'Messages of plain pages to pass over, such as heartbeats before the first one: a text, or a JSON object for all that have its members.',
  },
  sessions: {
    ...choice(Object.values(Sessions)),
    default: Sessions.many,
    doc: '`single`: a new registration of a uid closes its older connections.',
  },
  pushAuth: {
    ...choice(Object.values(PushAuth)),
    default: PushAuth.iam,
    doc: 'Who may call the push URL: requests signed with AWS credentials, or bearers of a secret that the stack makes.',
    onChange: 'Every backend would be refused until it changes, too.',
  },
  pushEndpoint: {
    ...choice(Object.values(PushEndpointKind)),
    unset: 'a function URL, or an HTTP API where the region has none',
    doc: 'What is before the push function. A change is another push URL.',
    onChange: 'The push URL would be another, and backends would get no answer until they have it.',
  },
  broadcastPostsPerSecond: {
    ...wholeNumber(10, 100_000),
    unit: 'posts per second',
    default: 5_000,
    doc: 'What all broadcasts together may start.',
  },
  maxTtlSeconds: {
    ...wholeNumber(1, year),
    unit: 'seconds',
    default: 7 * 86_400,
    doc: 'The longest that a message is stored. A longer `TTL` is lowered to it.',
  },
  groups: {
    ...optIn,
    doc: 'Whether uids and connections can be in groups, which a backend pushes to. A registration costs one read more, and a write for each group.',
    onChange: 'The table of groups would be made, or deleted with all that is in it.',
  },
  claimedGroups: {
    ...optIn,
    doc: 'With `identity=claimed` and `groups`, whether any page may join any group. With tokens it takes a `groups` claim.',
  },
  pushConcurrency: {
    ...wholeNumber(1, 100_000),
    unit: 'functions',
    unset: 'as many as the account has free',
    doc: 'How many push functions may run at the same time, reserved for them. With `pushAuth=secret` the limit of what strangers cost.',
  },
  registerConcurrency: {
    ...wholeNumber(1, 100_000),
    unit: 'functions',
    unset: 'as many as the account has free',
    doc: 'The same for register functions, so that a slow identity provider, or a flood of browsers, can’t take what pushes need.',
  },
  broadcastConcurrency: {
    // As many as the queue hands tasks to at the same time: with fewer, tasks are refused and become dead letters.
    ...wholeNumber(10, 100_000),
    unit: 'functions',
    unset: 'ten of what the account has free',
    doc: 'The same for the workers of broadcasts, of which ten run at the same time.',
  },
  logLevel: {
    ...choice(Object.values(LogLevel)),
    default: LogLevel.warn,
    doc: 'The least of what functions and text tasks log.',
  },
  tracing: {
    ...optIn,
    doc: 'Whether a request’s `traceparent` goes with it to log lines and pages, and X-Ray records the functions.',
  },
  lambdaLogFormat: {
    ...choice(['json', 'text']),
    default: 'json',
    doc: '`text`: Lambda writes START, END and REPORT of each invocation, should metrics not arrive with `json`.',
  },
  ...addressSettings,
  protect: {
    ...optIn,
    doc: 'Whether tables can’t be deleted, can be put back to any second of 35 days, and outlive the stack, which itself can’t be deleted. `true` in an environment that is called `prod` or `production`.',
  },
  deployment: {
    ...choice(Object.values(Deployment)),
    default: Deployment.allAtOnce,
    doc: 'How a new version of a function takes over: at once; `canary`, a tenth of calls for five minutes and then all; or `linear`, a tenth more each minute. An error takes the last two back. They need `monitoring`.',
  },
  oldPushUrl: {
    ...flag,
    default: true,
    onChange: 'Backends that push to the URL of older releases would get no answer any more.',
    doc: 'Whether the push URL of releases without versions stays, beside `PushUrl`, which is that of the version deployed last.',
  },
  ...presenceSettings,
  monitoring: {
    ...optIn,
    doc: 'Metrics that AWS lacks, alarms and a dashboard.',
  },
  alarmTopicArn: {
    ...text('a topic’s ARN', (arn) => /^arn:[^:]+:sns:[^:]+:\d+:[\w-]+$/.test(arn)),
    unset: 'nobody',
    doc: 'The SNS topic that alarms notify.',
    prop: ['monitoring', 'alarmTopic'],
    propSchema: construct('a topic', 'topicArn'),
  },
  slowPushMs: {
    ...wholeNumber(1, 60_000),
    unit: 'milliseconds',
    default: 2_000,
    doc: 'The 99th percentile above which pushes are slow.',
    prop: ['monitoring', 'slowPushMs'],
  },
  failedPercent: {
    ...numberFrom(0.01, 100),
    unit: 'percent',
    default: 1,
    doc: 'The share of failed posts above which something is wrong.',
    prop: ['monitoring', 'failedPercent'],
  },
  canary: {
    ...flag,
    default: true,
    doc: 'Whether a message goes all the way each minute, from a push to a page of its own, and alarms ring when too many don’t.',
    prop: ['monitoring', 'canary'],
  },
  objectivePercent: {
    ...numberFrom(90, 99.9),
    unit: 'percent',
    default: 99.5,
    doc: 'How many of the canary’s messages must arrive.',
    prop: ['monitoring', 'objectivePercent'],
  },
  ...textSettings,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type SettingValue<Name extends SettingName> = v.InferOutput<(typeof settings)[Name]['schema']>;
