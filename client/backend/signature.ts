import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Credentials } from './credentials.ts';

/** A request whose body, if it has one, is in memory, so that it can be hashed. */
export type PlainRequest = {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
};

/** Scope of a signature: AWS's name of the service, and the region. */
export type SigningScope = { service: 'lambda' | 'execute-api'; region: string };

/**
 * The scope of a Lambda function URL, `<id>.lambda-url.<region>.on.aws`, and of an HTTP API,
 * `<id>.execute-api.<region>.amazonaws.com`, whatever domains a partition of AWS has in their place; `undefined` for
 * every other host.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-publish.html
 */
export function signingScopeOf(url: URL): SigningScope | undefined {
  const match = /^[^.]+\.(lambda-url|execute-api)\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(url.hostname);
  const [, name, region] = match ?? [];
  if (region === undefined) return undefined;
  return { service: name === 'execute-api' ? 'execute-api' : 'lambda', region };
}

/**
 * The request with the headers that AWS wants of a signed one. The signature covers the body by its hash, in the header
 * that CloudFront in front of a function URL asks for.
 * Source:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
 */
export async function signed(
  request: PlainRequest,
  credentials: Credentials,
  { service, region }: SigningScope,
  time: number,
): Promise<PlainRequest> {
  const bodyHash = createHash('sha256')
    .update(request.body ?? '')
    .digest('hex');
  const signer = new AwsV4Signer({
    ...credentials,
    service,
    region,
    datetime: new Date(time).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    method: request.method,
    url: request.url.href,
    headers: { ...request.headers, 'x-amz-content-sha256': bodyHash },
  });
  const { headers } = await signer.sign();
  return { ...request, headers: Object.fromEntries(headers) };
}
