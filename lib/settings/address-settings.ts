import { CloudFront } from '../cloud-front.ts';
import { isHostName, isPath } from './address-patterns.ts';
import { choice, construct, flag, type Setting, text, wholeNumber } from './setting.ts';

/** By which addresses browsers connect. A part of `settings`. */
export const addressSettings = {
  stage: {
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
    ...text('1 to 128 letters, digits, hyphens or underscores', (name) =>
      /^[A-Za-z0-9_-]{1,128}$/.test(name),
    ),
    default: 'live',
    doc: 'The stage’s name, the path of the WebSocket URL.',
    onChange: 'The WebSocket URL would change, and every open page would lose its connection for good.',
    isFixed: true,
  },
  domainName: {
    ...text('a host’s name, like push.example.com', isHostName),
    unset: 'API Gateway’s',
    doc: 'The name in the WebSocket URL. Needs `domainCertificateArn`.',
    prop: ['domain', 'name'],
    onChange: 'Pages that connect by the name of before would lose their connection for good.',
  },
  domainCertificateArn: {
    ...text('a certificate’s ARN', (arn) => /^arn:[^:]+:acm:/.test(arn)),
    unset: 'none',
    doc: 'A certificate of ACM for that name, in the region of the stack; with `cloudFront` in us-east-1.',
    prop: ['domain', 'certificate'],
    propSchema: construct('a certificate', 'certificateArn'),
  },
  domainHostedZoneId: {
    ...text('a hosted zone’s id', (id) => /^Z[A-Z0-9]+$/.test(id)),
    unset: 'the name is pointed to the output `DomainTarget` by hand',
    doc: 'The hosted zone of Route 53 in which that name’s records are made.',
    prop: ['domain', 'hostedZone'],
    propSchema: construct('a hosted zone', 'hostedZoneId'),
  },
  domainPath: {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-mappings.html
    ...text('up to 300 letters, digits and $-_.+!*’(), with a / between levels', isPath),
    unset: 'none',
    doc: 'The path of the WebSocket URL under that name.',
    prop: ['domain', 'path'],
    onChange: 'Pages that connect by the path of before would lose their connection for good.',
  },
  executeApiEndpoint: {
    ...flag,
    default: true,
    doc: 'Whether the WebSocket API has API Gateway’s name, too. Without it there must be a `domainName`.',
    onChange: 'Without API Gateway’s name, pages that connect by it would lose their connection for good.',
  },
  ipAddressType: {
    ...choice(['ipv4', 'dualstack']),
    default: 'ipv4',
    doc: '`dualstack`: browsers reach the WebSocket API by IPv6, too.',
  },
  cloudFront: {
    ...choice(Object.values(CloudFront)),
    default: CloudFront.off,
    doc: 'Whether browsers connect by CloudFront, with a limit for each address: `only`, or `beside` API Gateway’s own address, while pages move.',
    onChange:
      'The WebSocket URL would be another, and with `only` pages that connect by any other would be refused.',
  },
  connectsPerAddress: {
    // https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
    ...wholeNumber(10, 2_000_000_000),
    unit: 'connects',
    default: 1_000,
    doc: 'With `cloudFront`, how often one address may connect in five minutes. The pages of an office may have one together.',
  },
  webAclArn: {
    ...text('the ARN of a web ACL for CloudFront', (arn) =>
      /^arn:[^:]+:wafv2:us-east-1:\d+:global\/webacl\//.test(arn),
    ),
    unset: 'one is made, in us-east-1 only',
    doc: 'With `cloudFront`, a web ACL of your own in place of `connectsPerAddress`. Outside us-east-1 there must be one.',
  },
} as const satisfies Record<string, Setting>;
