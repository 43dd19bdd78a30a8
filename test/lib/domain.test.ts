import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { describe, expect, test } from 'vitest';
import { UidPush } from '../../lib/uid-push.ts';
import { deployedApp, deployedTemplate } from '../support/templates.ts';

const domainCertificateArn =
  'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const domain = { domainName: 'push.example.com', domainCertificateArn };

function outputOf(template: Template, name: string): unknown {
  return Object.values(template.findOutputs(name))[0]?.Value;
}

function connectionsUrls(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
    ({ Properties }) => Properties.Environment.Variables.CONNECTIONS_URL ?? [],
  );
}

describe('a name of one’s own', () => {
  test('is in the WebSocket URL, and API Gateway’s stays for @connections', () => {
    const template = deployedTemplate(domain);

    expect(outputOf(template, 'WebSocketUrl')).toBe('wss://push.example.com');
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'push.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn: domainCertificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
          IpAddressType: 'ipv4',
        },
      ],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: Match.absent() });
    expect(connectionsUrls(template).every((url) => JSON.stringify(url).includes('.execute-api.'))).toBe(
      true,
    );
  });

  test('takes @connections too where API Gateway’s is disabled', () => {
    const template = deployedTemplate({ ...domain, domainPath: 'push/v1', executeApiEndpoint: 'false' });

    expect(outputOf(template, 'WebSocketUrl')).toBe('wss://push.example.com/push/v1');
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'push/v1' });
    expect(new Set(connectionsUrls(template))).toEqual(new Set(['https://push.example.com/push/v1']));
  });

  test('has records of both kinds in the hosted zone, and is an output where there is none', () => {
    const template = deployedTemplate({ ...domain, domainHostedZoneId: 'Z0123456789' });
    const records = Object.values(template.findResources('AWS::Route53::RecordSet'));

    expect(records.map(({ Properties }) => [Properties.Name, Properties.Type])).toEqual([
      ['push.example.com.', 'A'],
      ['push.example.com.', 'AAAA'],
    ]);
    expect(outputOf(template, 'DomainTarget')).toEqual({
      'Fn::GetAtt': [expect.any(String), 'RegionalDomainName'],
    });
  });

  test('can have IPv6, and so can the API', () => {
    const template = deployedTemplate({ ...domain, ipAddressType: 'dualstack' });

    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { IpAddressType: 'dualstack' });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [Match.objectLike({ IpAddressType: 'dualstack' })],
    });
  });

  test('is a prop of the construct', () => {
    const stack = new Stack();
    const certificate = Certificate.fromCertificateArn(stack, 'Certificate', domainCertificateArn);
    const { webSocketUrl } = new UidPush(stack, 'Pushes', {
      domain: { name: 'push.example.com', certificate, path: 'v1' },
    });

    expect(webSocketUrl).toBe('wss://push.example.com/v1');
  });

  test.each([
    [{ domainName: 'push.example.com' }, 'a certificate for it must be given, too'],
    [{ domainPath: 'v1' }, 'without domainName there is no such name'],
    [{ executeApiEndpoint: 'false' }, 'without domainName browsers had no address'],
    [{ ...domain, domainName: 'https://push.example.com' }, 'a host’s name'],
    [{ ...domain, domainPath: '/v1' }, 'domainPath="/v1"'],
    [{ ...domain, domainPath: 'v1//x' }, 'domainPath="v1//x"'],
  ])('%j is refused with an error that says why', (context, message) => {
    expect(() => deployedApp(context)).toThrow(message);
  });
});
