import { Stack, Token } from 'aws-cdk-lib';
import {
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { EnvironmentVariable, ORIGIN_SECRET_HEADER } from '../lambda/names.ts';
import { acknowledge, acknowledgeOf } from './acknowledge.ts';
import { addAddressRecords, type DomainOptions } from './domain.ts';
import { GeneratedSecret } from './generated-secret.ts';
import { regionOf } from './regions.ts';
import { ConfigurationError } from './settings/configuration-error.ts';

export type WebSocketDistributionProps = {
  apiId: string;
  stage: string;
  domain: DomainOptions | undefined;
  /** A web ACL of the app's own. */
  webAclArn: string | undefined;
  /** Without one: how often an address may connect in five minutes. */
  connectsPerAddress: number;
};

/** Where CloudFront's certificates and web ACLs are. */
const globalRegion = 'us-east-1';

/**
 * CloudFront in front of the WebSocket API, with a limit of connects for each address. It hands the upgrade on with a
 * header that nobody else knows; from then on the socket is API Gateway's.
 * Source:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
 */
export class WebSocketDistribution extends Construct {
  readonly distribution: Distribution;
  /** Where browsers connect: `wss://…`. */
  readonly url: string;
  readonly #originSecret: Secret;

  constructor(scope: Construct, id: string, props: WebSocketDistributionProps) {
    super(scope, id);
    const { stage, domain } = props;
    this.#originSecret = new GeneratedSecret(this, 'OriginSecret', {
      description: 'What CloudFront proves with that a connect comes by it',
      length: 43,
      notRotatedBecause:
        'A new value has to reach the distribution, too, by a deployment; the value before it stays valid meanwhile.',
    });
    refuseOtherPartitions(this);
    const webAclId = props.webAclArn ?? this.#makeWebAcl(props.connectsPerAddress);
    if (domain) checkCertificate(domain, propOf(this));
    const { region, urlSuffix } = Stack.of(this);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `WebSockets of ${Stack.of(this).stackName}`,
      webAclId,
      // Sockets are opened by HTTP/1.1.
      httpVersion: HttpVersion.HTTP1_1,
      ...(domain && { domainNames: [domain.name], certificate: domain.certificate }),
      defaultBehavior: {
        origin: new HttpOrigin(`${props.apiId}.execute-api.${region}.${urlSuffix}`, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          // CloudFormation puts the value in its place; the template has the secret's ARN.
          customHeaders: { [ORIGIN_SECRET_HEADER]: this.#originSecret.secretValue.unsafeUnwrap() },
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // `Sec-WebSocket-*`, without which nothing is upgraded, and `Origin`; API Gateway wants a `Host` of its own.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        ...(domain && {
          functionAssociations: [
            { function: this.#makeStagePath(stage, domain), eventType: FunctionEventType.VIEWER_REQUEST },
          ],
        }),
      },
    });
    this.#acknowledge(domain !== undefined);
    if (domain?.hostedZone) {
      const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
      addAddressRecords(this, domain.hostedZone, domain.name, target);
    }
    // Without a name of one's own the path is the stage's, as at API Gateway.
    const address = domain ? [domain.name, ...(domain.path === undefined ? [] : [domain.path])] : undefined;
    this.url = `wss://${(address ?? [this.distribution.distributionDomainName, stage]).join('/')}`;
  }

  /** Has `connect` refuse what comes by another way. */
  requireAt(connect: CdkFunction): void {
    this.#originSecret.grantRead(connect);
    connect.addEnvironment(EnvironmentVariable.originSecretId, this.#originSecret.secretArn);
  }

  /** Addresses are counted by CloudFront, before anything of API Gateway is reached. */
  #makeWebAcl(limit: number): string {
    const region = regionOf(this);
    if (region !== globalRegion) {
      const found =
        region === undefined ? 'which region this stack is for is not known' : `this stack is for ${region}`;
      const rule = `a web ACL for CloudFront can only be made in ${globalRegion}, and ${found}: give webAclArn`;
      throw new ConfigurationError('webAclArn', undefined, rule, propOf(this));
    }
    const visibilityConfig = (metricName: string) => ({
      metricName,
      cloudWatchMetricsEnabled: true,
      // Samples have the headers of requests, cookies among them.
      sampledRequestsEnabled: false,
    });
    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibilityConfig('Connects'),
      rules: [
        {
          name: 'ConnectsPerAddress',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: 300 } },
          visibilityConfig: visibilityConfig('ConnectsPerAddress'),
        },
      ],
    });
    acknowledgeOf('NIST.800.53.R5', webAcl, {
      WAFv2LoggingEnabled:
        'A log would cost for each connect, and have the address of everybody; its metrics say how many are refused.',
    });
    return webAcl.attrArn;
  }

  /** Makes the path of one's own name that of the stage: API Gateway takes no other, not even with a `/` behind it. */
  #makeStagePath(stage: string, { path }: DomainOptions): EdgeFunction {
    const paths = path === undefined ? ['/'] : [`/${path}`, `/${path}/`];
    return new EdgeFunction(this, 'StagePath', {
      comment: 'The stage’s path in place of the WebSocket URL’s',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(`function handler(event) {
  const { request } = event;
  if (${JSON.stringify(paths)}.includes(request.uri)) request.uri = ${JSON.stringify(`/${stage}`)};
  return request;
}`),
    });
  }

  #acknowledge(hasCertificate: boolean): void {
    acknowledge(this.distribution, 'CFR1', 'Where browsers may connect from is not for this stack to say.');
    acknowledge(
      this.distribution,
      'CFR3',
      'A log would cost for each connect, and need a bucket; the functions log what fails.',
    );
    if (hasCertificate) return;
    acknowledge(
      this.distribution,
      'CFR4',
      'By CloudFront’s own name AWS offers TLS 1.0, too; with a domainName it is 1.2 at least.',
    );
  }
}

/** The stack's region is only the API's, but what is in front of it must be AWS's own, too. */
function refuseOtherPartitions(scope: Construct): void {
  const region = regionOf(scope);
  if (region === undefined || !/^(cn|us-gov)-/.test(region)) return;
  throw new ConfigurationError(
    'cloudFront',
    region,
    'CloudFront is not in China and GovCloud as it is elsewhere',
    propOf(scope),
  );
}

function checkCertificate({ certificate }: DomainOptions, where: string): void {
  const { certificateArn } = certificate;
  if (Token.isUnresolved(certificateArn) || certificateArn.split(':')[3] === globalRegion) return;
  const rule = `with cloudFront the certificate must be of ${globalRegion}, where CloudFront looks for it`;
  throw new ConfigurationError('domainCertificateArn', certificateArn, rule, where);
}

/** That of the service, as an app knows it: below it is the gateway. */
function propOf({ node }: Construct): string {
  return `a prop of ${node.scope?.node.scope?.node.path ?? node.path}`;
}
