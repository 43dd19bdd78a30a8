import { AwsClient } from 'aws4fetch';
import { expect, onTestFinished, test } from 'vitest';
import { type AwsEndpoint, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { type PushFunction, type PushFunctionOptions, startPushFunction } from '../support/push-function.ts';
import { routeRequests } from '../support/route-requests.ts';

/** The push function with `pushAuth=iam`, behind a URL that is set as `options` say. */
async function withIam(options: PushFunctionOptions): Promise<{ push: PushFunction; aws: AwsEndpoint }> {
  const aws = await startAwsEndpoint((operation) => ({
    body: operation.endsWith('.Query') || operation.endsWith('.Scan') ? { Items: [] } : {},
  }));
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, { PUSH_AUTH: 'iam' }, options);
  onTestFinished(() => push.stop());
  return { push, aws };
}

const signer = new AwsClient({
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  service: 'lambda',
  region: 'eu-central-1',
});

test('behind a URL that asks for no signature, nothing is read or written for anybody, signed or not', async () => {
  const { push, aws } = await withIam({ authType: 'NONE' });
  for (const { method, path, body } of routeRequests().filter((request) => request.path !== 'health')) {
    const init = { method, ...(body !== undefined && { body }) };
    const signed = await signer.sign(push.url + path, init);
    for (const response of [await fetch(push.url + path, init), await fetch(signed)]) {
      expect(response.status).toBe(401);
      expect(response.headers.get('x-amzn-remapped-www-authenticate')).toBe('AWS4-HMAC-SHA256');
      expect(await response.json()).toMatchObject({ code: 'unauthorised' });
    }
  }
  expect(aws.operations).toEqual([]);
});

test('a URL that asks for signatures refuses what is not signed before the function sees it', async () => {
  const { push, aws } = await withIam({ acceptsUnsigned: false });
  for (const { method, path, body } of routeRequests()) {
    const response = await fetch(push.url + path, { method, ...(body !== undefined && { body }) });
    expect([response.status, await response.json()]).toEqual([403, { Message: 'Forbidden' }]);
  }
  expect(aws.operations).toEqual([]);
});

test.each([false, true])('a signed request is served, signed in its query: %s', async (signQuery) => {
  const { push } = await withIam({ acceptsUnsigned: false });
  const init = { method: 'POST', body: '{"uid":"u1"}', aws: { signQuery } };
  const response = await fetch(await signer.sign(`${push.url}push`, init));

  expect(await response.json()).toEqual({ uid: 'u1', delivered: 0, gone: 0, failed: 0 });
});
