import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../../client/backend/credentials.ts';
import { createPushClient } from '../../../client/backend/push-client.ts';
import { PushUrl, type ReceivedRequest } from './push-url.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'example-secret',
  sessionToken: 'example-token',
};
const lines = [Buffer.from('{"uid":"u1"}')];
let pushUrl: PushUrl;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
  pushUrl.answerLines('{"uid":"u1","delivered":1,"gone":0,"failed":0}');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await pushUrl.stop();
});

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/**
 * The signature that AWS computes for a request that it has received.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function expectedSignature(request: ReceivedRequest, region: string): string {
  const names = /SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const canonicalHeaders = names.split(';').map((name) => `${name}:${request.headers[name]}\n`);
  const [path = '', query = ''] = request.path.split('?');
  const canonicalRequest = [
    request.method,
    // Encoded once more than it was sent, which AWS does for every service but S3.
    path.split('/').map(encodeURIComponent).join('/'),
    query,
    canonicalHeaders.join(''),
    names,
    sha256(request.body),
  ].join('\n');
  const time = String(request.headers['x-amz-date']);
  const scope = [time.slice(0, 8), region, 'lambda', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonicalRequest)].join('\n');
  return hmac(key as Buffer, stringToSign).toString('hex');
}

function signatureOf(request: ReceivedRequest): string | undefined {
  return /Signature=([0-9a-f]+)$/.exec(request.headers.authorization ?? '')?.[1];
}

describe('a signed request', () => {
  it('has the signature that AWS computes from its body and headers', async () => {
    const client = createPushClient({
      url: pushUrl.url,
      region: 'eu-central-1',
      credentials: async () => credentials,
    });
    await client.pushMany(lines);

    const [request] = pushUrl.requests;
    if (!request) throw new Error('No request came.');
    expect(signatureOf(request)).toBe(expectedSignature(request, 'eu-central-1'));
    expect(request.headers.authorization).toContain('Credential=AKIDEXAMPLE/');
    expect(request.headers.authorization).toContain('x-amz-content-sha256');
    expect(request.headers['x-amz-content-sha256']).toBe(sha256('{"uid":"u1"}\n'));
    expect(request.headers['x-amz-security-token']).toBe('example-token');
    expect(request.body.toString()).toBe('{"uid":"u1"}\n');
  });

  it('has it too with a percent-encoded path and a query, and without a body', async () => {
    pushUrl.answerJson('{"uid":"a/ü","closed":0,"gone":0,"failed":0}');
    const client = createPushClient({
      url: pushUrl.url,
      region: 'eu-central-1',
      credentials: async () => credentials,
    });
    await client.disconnect('a/ü', { except: 'c =' });

    const [request] = pushUrl.requests;
    if (!request) throw new Error('No request came.');
    expect(request.path).toBe('/uids/a%2F%C3%BC?except=c%20%3D');
    expect(signatureOf(request)).toBe(expectedSignature(request, 'eu-central-1'));
    expect(request.headers['x-amz-content-sha256']).toBe(sha256(''));
  });

  it('uses the credentials of its own moment', async () => {
    let rotation = 0;
    const rotating = async (): Promise<Credentials> => ({
      accessKeyId: `KEY${++rotation}`,
      secretAccessKey: 'example-secret',
    });
    const client = createPushClient({ url: pushUrl.url, region: 'eu-central-1', credentials: rotating });
    await client.pushMany(lines);
    await client.pushMany(lines);

    const [first, second] = pushUrl.requests;
    expect(first?.headers.authorization).toContain('Credential=KEY1/');
    expect(second?.headers.authorization).toContain('Credential=KEY2/');
    expect(first?.headers['x-amz-security-token']).toBeUndefined();
  });

  it('is not sent when there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    const pushed = createPushClient({ url: pushUrl.url, region: 'eu-central-1' }).pushMany(lines);

    await expect(pushed).rejects.toMatchObject({ code: 'no-credentials' });
    expect(pushUrl.requests).toEqual([]);
  });
});

describe('a Lambda function URL', () => {
  it('gets requests signed for its region, with the credentials of the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'KEYOFENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example-secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token-of-environment');
    let sentTo: unknown;
    const client = createPushClient({
      url: 'https://abc123.lambda-url.ap-northeast-1.on.aws/',
      fetch: (url, init) => {
        sentTo = url;
        return fetch(`${pushUrl.url}/push`, init);
      },
    });
    await client.pushMany(lines);

    expect(String(sentTo)).toBe('https://abc123.lambda-url.ap-northeast-1.on.aws/push');
    const headers = pushUrl.requests[0]?.headers;
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=KEYOFENVIRONMENT\/\d{8}\/ap-northeast-1\/lambda\/aws4_request, /,
    );
    expect(headers?.['x-amz-security-token']).toBe('token-of-environment');
  });

  it('is told by its whole host name: no other host is sent a signature', async () => {
    for (const url of [
      'https://x.lambda-url.eu-west-1.on.aws.example.com',
      'https://example.com/x.lambda-url.eu-west-1.on.aws',
      'https://x.y.lambda-url.eu-west-1.on.aws',
    ]) {
      const client = createPushClient({ url, fetch: (_url, init) => fetch(`${pushUrl.url}/push`, init) });
      await client.pushMany(lines);
    }

    expect(pushUrl.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(undefined));
  });
});
