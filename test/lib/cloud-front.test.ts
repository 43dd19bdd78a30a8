import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deployedApp, deployedTemplate } from '../support/templates.ts';

const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/connects/12345678';
const certificate = (region: string) =>
  `arn:aws:acm:${region}:123456789012:certificate/12345678-1234-1234-1234-123456789012`;
const domain = { domainName: 'push.example.com', domainCertificateArn: certificate('us-east-1') };

afterEach(() => vi.unstubAllEnvs());

function templateIn(region: string, given: Record<string, string>): Template {
  vi.stubEnv('CDK_DEFAULT_REGION', region);
  return deployedTemplate(given);
}

function outputOf(template: Template, name: string): unknown {
  return Object.values(template.findOutputs(name))[0]?.Value;
}

function connectVariables(template: Template): Record<string, unknown> | undefined {
  const functions = template.findResources('AWS::Lambda::Function');
  const [connect] = Object.entries(functions).filter(([id]) => id.startsWith('UidPushConnect'));
  return connect?.[1].Properties.Environment.Variables;
}

const secretReference = {
  'Fn::Join': [
    '',
    ['{{resolve:secretsmanager:', { Ref: expect.stringContaining('OriginSecret') }, ':SecretString:::}}'],
  ],
};

describe('CloudFront in front of the WebSocket API', () => {
  test('is there only if it is asked for', () => {
    const template = deployedTemplate({});
    template.resourceCountIs('AWS::CloudFront::Distribution', 0);
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  test('hands the upgrade on with all headers but the host, and with a secret that the template does not have', () => {
    const template = templateIn('us-east-1', { cloudFront: 'only' });
    const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
    const { Origins, DefaultCacheBehavior } = distribution!.Properties.DistributionConfig;

    expect(Origins).toEqual([
      expect.objectContaining({
        OriginCustomHeaders: [{ HeaderName: 'x-uidpush-origin-secret', HeaderValue: secretReference }],
        CustomOriginConfig: expect.objectContaining({ OriginProtocolPolicy: 'https-only' }),
      }),
    ]);
    expect(JSON.stringify(Origins[0].DomainName)).toContain('.execute-api.');
    expect(DefaultCacheBehavior).toMatchObject({
      // Managed policies: AllViewerExceptHostHeader and CachingDisabled.
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      ViewerProtocolPolicy: 'https-only',
    });
    expect(outputOf(template, 'WebSocketUrl')).toEqual({
      'Fn::Join': ['', ['wss://', { 'Fn::GetAtt': [expect.any(String), 'DomainName'] }, '/live']],
    });
  });

  test('limits connects for each address by a web ACL, which blocks with 429', () => {
    templateIn('us-east-1', { cloudFront: 'only', connectsPerAddress: '250' }).hasResourceProperties(
      'AWS::WAFv2::WebACL',
      {
        Scope: 'CLOUDFRONT',
        DefaultAction: { Allow: {} },
        Rules: [
          Match.objectLike({
            Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
            Statement: {
              RateBasedStatement: { AggregateKeyType: 'IP', Limit: 250, EvaluationWindowSec: 300 },
            },
          }),
        ],
      },
    );
  });

  test('takes a web ACL of one’s own, in any region', () => {
    const template = templateIn('eu-central-1', { cloudFront: 'only', webAclArn });
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({ WebACLId: webAclArn }),
    });
  });

  test('is required of connects by the connect function, which alone may read the secret', () => {
    const template = templateIn('us-east-1', { cloudFront: 'only' });
    expect(connectVariables(template)).toMatchObject({
      ALLOWED_ORIGINS: '',
      ORIGIN_SECRET_ID: { Ref: expect.stringContaining('OriginSecret') },
    });
    const readers = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([, policy]) =>
      JSON.stringify(policy).includes('OriginSecret'),
    );
    expect(readers.map(([id]) => id)).toEqual([expect.stringMatching(/^UidPushConnectRole/)]);
  });

  test('is not required while it is beside', () => {
    const template = templateIn('us-east-1', {
      cloudFront: 'beside',
      allowedOrigins: 'https://app.example',
    });
    expect(connectVariables(template)).toEqual({ ALLOWED_ORIGINS: 'https://app.example' });
    template.resourceCountIs('AWS::CloudFront::Distribution', 1);
    expect(connectVariables(templateIn('us-east-1', { cloudFront: 'beside' }))).toBeUndefined();
  });

  test('leaves @connections and the push URL as they are', () => {
    const [with_, without] = [{ cloudFront: 'only' }, {}].map((given) => {
      const template = templateIn('us-east-1', { ...given, pushAuth: 'secret' });
      const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
      return {
        url: outputOf(template, 'PushUrl'),
        connections: functions.flatMap(
          ([, { Properties }]) => Properties.Environment.Variables.CONNECTIONS_URL ?? [],
        ),
      };
    });
    expect(with_).toEqual(without);
  });

  test('has the name of one’s own, and its path in place of the stage’s', () => {
    const template = templateIn('us-east-1', {
      ...domain,
      domainPath: 'push/v1',
      domainHostedZoneId: 'Z0123456789',
      cloudFront: 'only',
    });
    expect(outputOf(template, 'WebSocketUrl')).toBe('wss://push.example.com/push/v1');
    expect(outputOf(template, 'DomainTarget')).toEqual({
      'Fn::GetAtt': [expect.any(String), 'DomainName'],
    });
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: ['push.example.com'],
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
      }),
    });
    const records = Object.values(template.findResources('AWS::Route53::RecordSet'));
    expect(records.map(({ Properties }) => [Properties.Name, Properties.Type])).toEqual([
      ['push.example.com.', 'A'],
      ['push.example.com.', 'AAAA'],
    ]);
  });

  test.each([
    ['eu-central-1', { cloudFront: 'only' }, 'this stack is for eu-central-1: give webAclArn'],
    ['', { cloudFront: 'beside' }, 'which region this stack is for is not known: give webAclArn'],
    ['cn-north-1', { cloudFront: 'only', webAclArn }, 'CloudFront is not in China and GovCloud'],
    ['us-gov-west-1', { cloudFront: 'beside', webAclArn }, 'CloudFront is not in China and GovCloud'],
    ['us-east-1', { connectsPerAddress: '100' }, 'without cloudFront nobody counts'],
    ['us-east-1', { webAclArn }, 'without cloudFront nobody counts'],
    ['us-east-1', { cloudFront: 'only', webAclArn, connectsPerAddress: '100' }, 'has rules of its own'],
    ['us-east-1', { cloudFront: 'only', connectsPerAddress: '9' }, 'a whole number from 10'],
    [
      'us-east-1',
      { cloudFront: 'only', webAclArn: webAclArn.replace('global', 'regional') },
      'for CloudFront',
    ],
    ['us-east-1', { ...domain, cloudFront: 'only', executeApiEndpoint: 'false' }, 'by that name'],
    [
      'us-east-1',
      { ...domain, domainCertificateArn: certificate('eu-central-1'), cloudFront: 'only' },
      'the certificate must be of us-east-1',
    ],
  ])('in %s with %j is refused with an error that says why', (region, given, message) => {
    vi.stubEnv('CDK_DEFAULT_REGION', region || undefined);
    expect(() => deployedApp(given)).toThrow(message);
  });
});
