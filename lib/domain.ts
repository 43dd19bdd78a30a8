import {
  CfnApiMapping,
  DomainName,
  EndpointType,
  type IpAddressType,
  SecurityPolicy,
  type WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** Choices of an app for the WebSocket URL's own name. */
export type DomainOptions = {
  /** `push.example.com`. API Gateway shares it with no HTTP or REST API. */
  readonly name: string;
  /** One for the name, in the region of the stack; with `cloudFront` in us-east-1. */
  readonly certificate: ICertificate;
  /** Where the name's records are made. @default - nowhere; the name must point to `Domain.target` */
  readonly hostedZone?: IHostedZone;
  /** The path of the WebSocket URL: `v1`, `push/v1`. @default - none */
  readonly path?: string;
};

export type DomainProps = DomainOptions & {
  stage: WebSocketStage;
  ipAddressType: IpAddressType;
};

/**
 * A name of one's own for the WebSocket API. Unlike the API's it stays when the API is replaced.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-custom-domain-names.html
 */
export class Domain extends Construct {
  /** `push.example.com/v1` */
  readonly address: string;
  /** Target of the name's alias or CNAME record. */
  readonly target: string;
  readonly #mapping: CfnApiMapping;

  constructor(scope: Construct, id: string, props: DomainProps) {
    super(scope, id);
    const { name, certificate, hostedZone, path, stage, ipAddressType } = props;
    // WebSocket APIs have regional names only, and these TLS 1.2 at least.
    const domain = new DomainName(this, 'Name', {
      domainName: name,
      certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType,
    });
    // The CDK's own construct takes no path of several levels.
    this.#mapping = new CfnApiMapping(this, 'Mapping', {
      apiId: stage.api.apiId,
      domainName: domain.name,
      stage: stage.stageName,
      ...(path !== undefined && { apiMappingKey: path }),
    });
    this.#mapping.node.addDependency(stage);
    if (hostedZone) {
      const { regionalDomainName, regionalHostedZoneId } = domain;
      const alias = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
      addAddressRecords(this, hostedZone, name, RecordTarget.fromAlias(alias));
    }
    this.address = path === undefined ? name : `${name}/${path}`;
    this.target = domain.regionalDomainName;
  }
}

/** Makes records of both kinds, whatever addresses the target has: one that isn't there is answered with none. */
export function addAddressRecords(
  scope: Construct,
  zone: IHostedZone,
  name: string,
  target: RecordTarget,
): void {
  // With a dot at its end a name is whole, whatever the zone's is.
  const record = { zone, recordName: `${name}.`, target };
  new ARecord(scope, 'A', record);
  new AaaaRecord(scope, 'Aaaa', record);
}
