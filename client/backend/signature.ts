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

/**
 * The region of a Lambda function URL, `<id>.lambda-url.<region>.on.aws`, whatever domain a partition of AWS has in
 * place of `on.aws`; `undefined` for every other host.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
export function functionUrlRegion(url: URL): string | undefined {
  return /^[^.]+\.lambda-url\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(url.hostname)?.[1];
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
  region: string,
  time: number,
): Promise<PlainRequest> {
  const bodyHash = createHash('sha256')
    .update(request.body ?? '')
    .digest('hex');
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'lambda',
    region,
    datetime: new Date(time).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    method: request.method,
    url: request.url.href,
    headers: { ...request.headers, 'x-amz-content-sha256': bodyHash },
  });
  const { headers } = await signer.sign();
  return { ...request, headers: Object.fromEntries(headers) };
}
