import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { chooseEnvironment } from '../../lib/settings/chosen-environment.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';
import { appWithFlags, deployedTemplate } from '../support/templates.ts';

type Template = {
  Parameters: Record<string, { Type: string; Default?: string }>;
  Rules: Record<string, { Assertions: { Assert: unknown; AssertDescription: string }[] }>;
};

const made = new Map<string, Template>();

function templateWith(given: Record<string, unknown>): Template {
  const key = JSON.stringify(given);
  const template = made.get(key) ?? (deployedTemplate(given).toJSON() as Template);
  made.set(key, template);
  return template;
}

/** What the stack remembers after a deployment: as CloudFormation, with `UsePreviousValue` for what isn't named. */
function parametersAfter(
  { Parameters }: Template,
  before: Record<string, string>,
  named: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Parameters).map(([name, { Default = '' }]) => [
      name,
      named[name] ?? before[name] ?? Default,
    ]),
  );
}

/** The descriptions of the rules that a deployment breaks. */
function refusals(
  template: Template,
  before: Record<string, string>,
  named: Record<string, string> = {},
): string[] {
  const values = parametersAfter(template, before, named);
  return Object.values(template.Rules).flatMap(({ Assertions }) =>
    Assertions.flatMap(({ Assert, AssertDescription }) => {
      const { 'Fn::Equals': equal } = Assert as { 'Fn::Equals'?: [{ Ref: string }, string] };
      // The CDK's own rule is of another form.
      if (equal === undefined) return [];
      return values[equal[0].Ref] === equal[1] ? [] : [AssertDescription];
    }),
  );
}

const provider = {
  tokenJwksUrl: 'https://id.example/keys',
  tokenIssuer: 'https://id.example',
  tokenAudience: 'push',
};

const ownName = {
  domainName: 'push.example.com',
  domainCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  domainPath: 'v1',
};
const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/connects/1';

/** Changes that delete a secret or the balancer, or shut somebody out. */
const dangerous: [what: string, Record<string, unknown>, Record<string, unknown>, string][] = [
  ['who may push', { pushAuth: 'secret' }, {}, 'PushAuth=iam'],
  ['who may push, the other way', {}, { pushAuth: 'secret' }, 'PushAuth=secret'],
  ['how uids are proven', {}, { identity: 'claimed' }, 'Identity=claimed'],
  ['who signs tokens', {}, provider, 'TokenJwksUrl=https://id.example/keys'],
  ['the stage', {}, { stage: 'prod' }, 'Stage=prod'],
  ['the balancer', { text: true }, {}, 'Text=false'],
  ['the text secret', { text: true, textSecret: true }, { text: true }, 'TextCredential=false'],
  ['the name', ownName, { ...ownName, domainName: 'live.example.com' }, 'DomainName=live.example.com'],
  ['the path', ownName, { ...ownName, domainPath: 'v2' }, 'DomainPath=v2'],
  ['API Gateway’s name', ownName, { ...ownName, executeApiEndpoint: false }, 'ExecuteApiEndpoint=false'],
  ['by what browsers connect', {}, { cloudFront: 'only', webAclArn }, 'CloudFront=only'],
];

describe('a deployment', () => {
  test('that would take a name, a path or CloudFront away is refused, too', () => {
    const deployed = parametersAfter(templateWith({ ...ownName, cloudFront: 'only', webAclArn }), {}, {});
    expect(refusals(templateWith({}), deployed)).toEqual([
      expect.stringContaining('--parameters DomainName=none'),
      expect.stringContaining('--parameters DomainPath=none'),
      expect.stringContaining('--parameters CloudFront=off'),
    ]);
  });

  test.each(dangerous)('that would change %s is refused unless it names that', (_, before, after, named) => {
    const deployed = parametersAfter(templateWith(before), {}, {});
    const next = templateWith(after);
    const [refusal, ...others] = refusals(next, deployed);
    expect(others).toEqual([]);
    expect(refusal).toContain(`--parameters ${named}`);

    const [name = '', value = ''] = named.split(/=(.*)/);
    expect(refusals(next, deployed, { [name]: value })).toEqual([]);
    const changed = parametersAfter(next, deployed, { [name]: value });
    expect(refusals(next, changed)).toEqual([]);
    expect(refusals(templateWith(before), changed)).not.toEqual([]);
  });

  test.each([
    { allowedOrigins: ['https://a.example'] },
    { sessions: 'single' },
    { monitoring: true },
    { logLevel: 'debug' },
    { maxTtlSeconds: 60 },
    { broadcastPostsPerSecond: 100 },
  ])('that changes %j is not asked about', (after) => {
    expect(refusals(templateWith(after), parametersAfter(templateWith({}), {}, {}))).toEqual([]);
  });

  test('is not asked about the first time, whatever its settings are', () => {
    for (const [, before, after] of dangerous) {
      expect(refusals(templateWith(before), {})).toEqual([]);
      expect(refusals(templateWith(after), {})).toEqual([]);
    }
  });
});

test('a flag that changes a setting is a warning of the stack', () => {
  const config = { environments: { dev: { name: 'uidpush-dev' } } };
  const environment = chooseEnvironment(config, { identity: 'claimed' }, 'uidpush.config.ts');
  const stack = new UidPushStack(appWithFlags(), environment);
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('identity=claimed'));
  expect(warnings).toHaveLength(1);
});
