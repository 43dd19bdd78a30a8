import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PushEndpointKind } from '../lambda/names.ts';

/** Regions without Lambda function URLs, November 2026; the sources are in docs/REGIONS.md. */
export const regionsWithoutFunctionUrls: readonly string[] = [
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-2',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'mx-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
];

/** Regions without WebSocket APIs of API Gateway, likewise. */
export const regionsWithoutWebSocketApis: readonly string[] = [
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'mx-central-1',
];

/** Default endpoint before the push function: a function URL, but where the region is known to have none. */
export function pushEndpointIn(scope: Construct): PushEndpointKind {
  const region = regionOf(scope);
  const hasNone = region !== undefined && regionsWithoutFunctionUrls.includes(region);
  return hasNone ? PushEndpointKind.httpApi : PushEndpointKind.functionUrl;
}

/** The region that `scope` is deployed to, if it is known; a stack for any region is deployed to that of the CLI. */
export function regionOf(scope: Construct): string | undefined {
  const { region: declared } = Stack.of(scope);
  return Token.isUnresolved(declared) ? process.env.CDK_DEFAULT_REGION : declared;
}

/**
 * Warns at synthesis where the region is known to lack what the service is made of. It is no error: regions gain
 * services, and lists age.
 */
export function warnOfRegion(scope: Construct, endpoint: PushEndpointKind): void {
  const region = regionOf(scope);
  if (region === undefined) return;
  const withoutUrls = endpoint === PushEndpointKind.functionUrl ? regionsWithoutFunctionUrls : [];
  for (const [lacking, regions] of [
    ['Lambda function URLs', withoutUrls],
    ['WebSocket APIs', regionsWithoutWebSocketApis],
  ] as const) {
    if (!regions.includes(region)) continue;
    Annotations.of(scope).addWarningV2(
      `uidpush:${lacking.replaceAll(' ', '')}`,
      `${region} had no ${lacking} in November 2026, and a deployment fails there. See docs/REGIONS.md.`,
    );
  }
}
