import { describe, expect, onTestFinished, test } from 'vitest';
import { type AwsAnswer, type AwsEndpoint, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { type PushFunction, startPushFunction } from '../support/push-function.ts';
import { type RouteRequest, routeRequests } from '../support/route-requests.ts';

type Secret = { AWSCURRENT?: string; AWSPREVIOUS?: string };

/** The push function with `pushAuth=secret` and stand-ins for the AWS services that it asks. */
async function withSecret(secret: Secret | 'unreadable'): Promise<{ push: PushFunction; aws: AwsEndpoint }> {
  const aws = await startAwsEndpoint((operation, input) => {
    if (operation === 'secretsmanager.GetSecretValue') return secretAnswer(secret, input);
    return { body: operation.endsWith('.Query') || operation.endsWith('.Scan') ? { Items: [] } : {} };
  });
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, {
    PUSH_AUTH: 'secret',
    PUSH_SECRET_ID: 'the-secret',
  });
  onTestFinished(() => push.stop());
  return { push, aws };
}

function secretAnswer(
  secret: Secret | 'unreadable',
  { SecretId, VersionStage }: Record<string, unknown>,
): AwsAnswer {
  if (secret === 'unreadable') return { status: 400, body: { __type: 'AccessDeniedException' } };
  const value = SecretId === 'the-secret' ? secret[VersionStage as keyof Secret] : undefined;
  if (value !== undefined) return { body: { SecretString: value } };
  return { status: 400, body: { __type: 'ResourceNotFoundException' } };
}

/** Whatever may be asked for, but for the health check. */
const requests: readonly RouteRequest[] = [
  ...routeRequests().filter(({ path }) => path !== 'health'),
  { method: 'POST', path: 'health' },
  { method: 'GET', path: 'health//' },
  { method: 'GET', path: 'HEALTH' },
  { method: 'GET', path: 'nothing/here' },
];

async function send(
  { url }: PushFunction,
  { method, path, body }: RouteRequest,
  authorization?: string,
): Promise<Response> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
}

/** The names of the headers that the function has set. */
function namesOf({ headers }: Response): string[] {
  const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  return [...headers.keys()].filter((name) => !ofConnection.includes(name)).sort();
}

/** The statuses of one harmless request with each of these secrets. */
async function statusesWith(push: PushFunction, ...secrets: string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const secret of secrets)
    statuses.push((await send(push, { method: 'GET', path: 'uids/u1' }, `Bearer ${secret}`)).status);
  return statuses;
}

describe('a push URL with a secret', () => {
  test('reads and writes nothing for a request without credentials, whatever it asks for', async () => {
    const { push, aws } = await withSecret({ AWSCURRENT: 'right' });
    for (const request of requests) {
      for (const authorization of [undefined, 'right', 'Basic cmlnaHQ6', 'Bearer']) {
        expect((await send(push, request, authorization)).status).toBe(401);
      }
    }
    expect(aws.operations).toEqual([]);
  });

  test('reads nothing but the secret for a request with a wrong one', async () => {
    const { push, aws } = await withSecret({ AWSCURRENT: 'right', AWSPREVIOUS: 'before' });
    for (const request of requests) {
      for (const secret of ['wrong', 'righ', 'right2', 'RIGHT']) {
        expect((await send(push, request, `Bearer ${secret}`)).status).toBe(401);
      }
    }
    expect(new Set(aws.operations)).toEqual(new Set(['secretsmanager.GetSecretValue']));
  });

  test('says in its refusal how to be let in, and nothing else', async () => {
    const { push } = await withSecret({ AWSCURRENT: 'right' });
    const response = await send(push, { method: 'GET', path: 'uids' }, 'Bearer wrong');

    expect(response.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      title: 'Unauthorized',
      status: 401,
      code: 'unauthorised',
      detail: 'the request bears no valid secret',
    });
  });

  test('serves a request that bears the secret', async () => {
    const { push, aws } = await withSecret({ AWSCURRENT: 'right' });
    const response = await send(push, { method: 'POST', path: 'push', body: '{"uid":"u1"}' }, 'Bearer right');

    expect(await response.json()).toEqual({ uid: 'u1', delivered: 0, gone: 0, failed: 0 });
    expect(aws.operations.at(-1)).toBe('DynamoDB_20120810.Query');
  });

  test('takes the secret before the last rotation too, and none older', async () => {
    const { push } = await withSecret({ AWSCURRENT: 'new', AWSPREVIOUS: 'old' });

    expect(await statusesWith(push, 'old', 'new', 'oldest')).toEqual([200, 200, 401]);
  });

  test('lets nobody in when the secret has no value', async () => {
    const { push } = await withSecret({});

    expect(await statusesWith(push, 'undefined', 'null', 'right')).toEqual([401, 401, 401]);
  });

  test('lets nobody in when the secret cannot be read, and says that this is its own fault', async () => {
    const { push, aws } = await withSecret('unreadable');
    const response = await send(push, { method: 'GET', path: 'uids' }, 'Bearer right');

    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'internal' });
    expect(new Set(aws.operations)).toEqual(new Set(['secretsmanager.GetSecretValue']));
  });

  test('writes no secret to its log, neither a right one nor a wrong one', async () => {
    const { push } = await withSecret('unreadable');
    await statusesWith(push, 'hush-hush');

    await expect.poll(() => push.log).toHaveLength(1);
    expect(push.log.join()).toContain('request-failed');
    expect(push.log.join()).not.toContain('hush');
  });

  test.each([
    ['GET', 'health'],
    ['GET', 'health/'],
    ['HEAD', 'health'],
    ['HEAD', 'health/'],
  ])('tells anybody that it is healthy, without asking AWS for anything: %s %s', async (method, path) => {
    const { push, aws } = await withSecret('unreadable');
    const response = await send(push, { method, path });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe(method === 'GET' ? '{"status":"ok"}' : '');
    expect(aws.operations).toEqual([]);
  });

  test('answers HEAD without a body, whatever the status', async () => {
    const { push } = await withSecret({ AWSCURRENT: 'right' });
    for (const secret of ['wrong', 'right']) {
      for (const { path } of routeRequests()) {
        const head = await send(push, { method: 'HEAD', path }, `Bearer ${secret}`);
        const get = await send(push, { method: 'GET', path }, `Bearer ${secret}`);
        expect(await head.text()).toBe('');
        expect(head.status).toBe(get.status);
        expect(namesOf(head)).toEqual(namesOf(get));
      }
    }
  });
});
