import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { expect, test } from 'vitest';
import { type SignedRequest, SignedRequests } from '../../../lambda/aws/signed-requests.ts';
import { caller, type ReceivedRequest, startService } from './service.ts';

const now = Date.parse('2026-01-31T12:34:56.789Z');

/** The hash as the SDK's signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

/** What the SDK puts into `authorization` for a request like the one that was received. */
async function authorizationBySdk(
  { method, path, headers, body }: ReceivedRequest,
  service: string,
  { sessionToken, region, ...credentials } = caller,
): Promise<string | undefined> {
  // The signature is over the headers that it names, whatever else comes with the request; the signer adds its own two.
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const given = names.filter((name) => name !== 'x-amz-date' && name !== 'x-amz-security-token');
  const signer = new SignatureV4({
    service,
    region,
    credentials: { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
    // The header with the body's hash, which only S3 wants.
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      protocol: 'http:',
      hostname: '127.0.0.1',
      method,
      path,
      query: {},
      headers: Object.fromEntries(given.map((name) => [name, String(headers[name])])),
      body,
    },
    { signingDate: new Date(now) },
  );
  return signed.headers.authorization;
}

async function received(service: string, request: SignedRequest, by = caller): Promise<ReceivedRequest> {
  const { url, requests } = await startService();
  const signedRequests = new SignedRequests({
    endpoint: url,
    service,
    caller: by,
    maxSockets: 1,
    maxAnswerBytes: 1_000,
    now: () => now,
  });
  await signedRequests.send(request, 5_000);
  signedRequests.close();
  return requests[0]!;
}

function jsonRequest(target: string, version: string, body: string): SignedRequest {
  const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
  return { method: 'POST', path: '/', headers, body };
}

function post(connectionId: string, body: string): SignedRequest {
  return {
    method: 'POST',
    path: `/live/@connections/${encodeURIComponent(connectionId)}`,
    headers: { 'content-type': 'application/octet-stream' },
    body,
  };
}

const requests: [what: string, service: string, request: SignedRequest][] = [
  ['a query', 'dynamodb', jsonRequest('DynamoDB_20120810.Query', '1.0', '{"TableName":"ü"}')],
  ['a message to a queue', 'sqs', jsonRequest('AmazonSQS.SendMessage', '1.0', '{"MessageBody":"  "}')],
  ['a secret', 'secretsmanager', jsonRequest('secretsmanager.GetSecretValue', '1.1', '{}')],
  ...['L0SM9cOFvHcCIhw=', 'a/b+c==', "it's(1)*!", 'ü %2F'].map((id): [string, string, SignedRequest] => [
    `a post to ${id}`,
    'execute-api',
    post(id, '{"uid":"ü","text":"👋"}'),
  ]),
  ['an empty post', 'execute-api', post('a=', '')],
  ['a close', 'execute-api', { method: 'DELETE', path: '/live/@connections/L0SM9cOFvHcCIhw%3D' }],
];

test.each(requests)('%s is signed as the SDK would sign it', async (_, service, request) => {
  const got = await received(service, request);

  expect(got.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260131\/eu-central-1\//,
  );
  expect(got.headers.authorization).toBe(await authorizationBySdk(got, service));
  expect(got.headers['x-amz-date']).toBe('20260131T123456Z');
  expect(got.headers['x-amz-security-token']).toBe(caller.sessionToken);
});

test('credentials without a session token send none', async () => {
  const { sessionToken, ...lasting } = caller;
  const got = await received('dynamodb', jsonRequest('DynamoDB_20120810.Query', '1.0', '{}'), lasting);

  expect(got.headers.authorization).toBe(await authorizationBySdk(got, 'dynamodb', lasting));
  expect(got.headers).not.toHaveProperty('x-amz-security-token');
});
