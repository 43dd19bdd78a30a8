import { createHash, createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../../client/backend/credentials.ts';
import { createPushClient, type PushClientOptions } from '../../../client/backend/index.ts';
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
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notify');
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
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notify');
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

  it.each([
    ['abc.lambda-url.eu-west-1.on.aws', 'eu-west-1'],
    ['abc.lambda-url.us-gov-west-1.on.aws', 'us-gov-west-1'],
    ['abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn', 'cn-north-1'],
    ['abc.lambda-url.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['abc.lambda-url.eusc-de-east-1.on.amazonwebservices.eu', 'eusc-de-east-1'],
  ])('%s gets requests signed for its region', async (host, region) => {
    await toPushUrl({ url: `https://${host}`, credentials: async () => credentials }).pushMany(lines);

    expect(pushUrl.requests[0]?.headers.authorization).toContain(`/${region}/lambda/aws4_request`);
  });

  it.each([
    ['abc.execute-api.eu-south-2.amazonaws.com', 'eu-south-2'],
    ['abc.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ])('%s is an HTTP API in its place, and gets requests signed for that', async (host, region) => {
    await toPushUrl({ url: `https://${host}`, credentials: async () => credentials }).pushMany(lines);

    expect(pushUrl.requests[0]?.headers.authorization).toContain(`/${region}/execute-api/aws4_request`);
  });

  it('is taken for what it is said to be, where its name is the caller’s own', async () => {
    const own = { url: 'https://push.example.com', credentials: async () => credentials };
    await toPushUrl({ ...own, region: 'eu-south-2', service: 'execute-api' }).pushMany(lines);

    expect(pushUrl.requests[0]?.headers.authorization).toContain('/eu-south-2/execute-api/aws4_request');
  });

  it('is known by its host: others get no signature, unless they have a region', async () => {
    for (const url of [
      'https://example.com/x.lambda-url.eu-west-1.on.aws',
      'https://x.y.lambda-url.eu-west-1.on.aws',
      'https://lambda-url.eu-west-1.on.aws',
    ]) {
      await toPushUrl({ url }).pushMany(lines);
    }
    expect(pushUrl.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(undefined));

    const own = { url: 'https://push.example.com', credentials: async () => credentials };
    await toPushUrl({ ...own, region: 'eu-west-1' }).pushMany(lines);
    expect(pushUrl.requests[3]?.headers.authorization).toContain('/eu-west-1/lambda/aws4_request');

    expect(() => toPushUrl(own)).toThrow('region');
  });
});

describe('a request that AWS refuses', () => {
  const twentyMinutesMs = 20 * 60_000;
  const signing = () => ({ region: 'eu-west-1', credentials: async () => credentials });
  const refuse = (response: ServerResponse, type: string | undefined, body: string) => {
    response.writeHead(403, {
      ...(type && { 'x-amzn-errortype': type }),
      'content-type': 'application/json',
    });
    response.end(body);
  };

  it.each<[string | undefined, string, string | undefined]>([
    [
      'AccessDeniedException',
      '{"Message":"Forbidden. For troubleshooting, see: https://docs.aws.amazon.com/x"}',
      'AccessDeniedException: Forbidden. For troubleshooting, see: https://docs.aws.amazon.com/x',
    ],
    [
      'ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/',
      '{"message":"The security token included in the request is expired"}',
      'ExpiredTokenException: The security token included in the request is expired',
    ],
    [
      undefined,
      '{"__type":"com.amazon#UnrecognizedClientException","message":"The security token is invalid."}',
      'UnrecognizedClientException: The security token is invalid.',
    ],
    [undefined, '{"Message":"Forbidden"}', 'Forbidden'],
    [
      'InvalidSignatureException',
      JSON.stringify({
        message: `Consult the documentation.\n\nThe Canonical String was 'POST\nx-amz-security-token:${credentials.sessionToken}'`,
      }),
      'InvalidSignatureException: Consult the documentation.',
    ],
    ['<script>', '<html>', undefined],
  ])('says why: %s %s', async (type, body, detail) => {
    pushUrl.answer = (response) => refuse(response, type, body);
    const pushed = createPushClient({ url: pushUrl.url, ...signing() }).pushMany(lines);

    await expect(pushed).rejects.toMatchObject({ code: 'unexpected-status', status: 403, detail });
  });

  it('because this clock is wrong is signed with the answer’s time, and so are those after it', async () => {
    const { answer } = pushUrl;
    const signedAt: number[] = [];
    pushUrl.answer = (response) => {
      const time = Date.parse(isoOf(String(pushUrl.requests.at(-1)?.headers['x-amz-date'])));
      signedAt.push(time);
      if (Math.abs(time - Date.now()) < 5 * 60_000) answer(response);
      else refuse(response, 'InvalidSignatureException', '{"message":"Signature expired"}');
    };
    for (const wrongMs of [-twentyMinutesMs, twentyMinutesMs]) {
      signedAt.length = 0;
      const now = () => Date.now() + wrongMs;
      const client = createPushClient({ url: pushUrl.url, now, ...signing() });
      await client.pushMany(lines);
      await client.pushMany(lines);
      expect(signedAt).toHaveLength(3);
    }
  });

  it('because this clock is wrong is signed again, also beside others that were refused at the same moment', async () => {
    const { answer } = pushUrl;
    const refused: ServerResponse[] = [];
    pushUrl.answer = (response) => {
      const date = String(pushUrl.requests.at(-1)?.headers['x-amz-date']);
      if (Math.abs(Date.parse(isoOf(date)) - Date.now()) < 5 * 60_000) return answer(response);
      refused.push(response);
      if (refused.length < 3) return;
      for (const one of refused) refuse(one, 'InvalidSignatureException', '{"message":"Signature expired"}');
    };
    const now = () => Date.now() - twentyMinutesMs;
    const client = createPushClient({ url: pushUrl.url, now, ...signing() });
    const results = await Promise.all([1, 2, 3].map(() => client.pushMany(lines)));

    expect(results).toHaveLength(3);
    expect(pushUrl.requests).toHaveLength(6);
  });

  it('is not sent again when the clock is right, or the service itself refused it', async () => {
    pushUrl.answer = (response) => refuse(response, 'AccessDeniedException', '{"Message":"Forbidden"}');
    const right = createPushClient({ url: pushUrl.url, ...signing() });
    await expect(right.pushMany(lines)).rejects.toMatchObject({ status: 403 });
    expect(pushUrl.requests).toHaveLength(1);

    pushUrl.answer = (response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' });
      response.end('{"code":"unauthorised","detail":"no"}');
    };
    const wrong = createPushClient({ url: pushUrl.url, now: () => 0, ...signing() });
    await expect(wrong.pushMany(lines)).rejects.toMatchObject({ status: 403 });
    expect(pushUrl.requests).toHaveLength(2);
  });

  it('because it was not signed says what that needs', async () => {
    pushUrl.answer = (response) => refuse(response, 'AccessDeniedException', '{"Message":"Forbidden"}');
    const pushed = createPushClient({ url: pushUrl.url }).pushMany(lines);

    await expect(pushed).rejects.toThrow('not signed: that needs the option "region"');
    await expect(pushed).rejects.toMatchObject({ status: 403, detail: 'AccessDeniedException: Forbidden' });
  });

  it('again and again is signed anew once, not without end', async () => {
    pushUrl.answer = (response) =>
      refuse(response, 'InvalidSignatureException', '{"message":"Signature expired"}');
    const client = createPushClient({ url: pushUrl.url, now: () => 0, ...signing() });
    await expect(client.pushMany(lines)).rejects.toMatchObject({ status: 403 });

    expect(pushUrl.requests).toHaveLength(2);
  });
});

/** A client whose requests come to the push URL of this test, whatever its own is. */
function toPushUrl(options: PushClientOptions) {
  return createPushClient({ ...options, fetch: (_url, init) => fetch(`${pushUrl.url}/push`, init) });
}

/** `20260102T030405Z` as `Date.parse` takes it. */
function isoOf(amzDate: string): string {
  return amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}
