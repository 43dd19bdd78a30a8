import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fingerprintOf } from '../../lambda/idempotency/claim-key.ts';
import { allRoutes } from '../../lambda/routes.ts';
import { MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { ProblemCode, statusOfProblem } from '../../protocol/problem.ts';
import { RefusalCode } from '../../protocol/refusal.ts';
import { runStack } from '../e2e/running-stack.ts';
import { startAwsEndpoint } from '../support/aws-endpoint.ts';
import {
  type Answer,
  at,
  type DocumentedAnswer,
  document,
  documentedAnswers,
  exampleMismatches,
  mismatches,
  operations,
  otherRequests,
  placeOf,
  problemMediaType,
} from '../support/openapi-document.ts';
import { type PushFunction, startPushFunction } from '../support/push-function.ts';
import { type ProvokingRequest, plainRequests, provokingRequests } from './provoking-requests.ts';

const answers = documentedAnswers();
const nameOf = ({ operation, status, variant }: DocumentedAnswer) => `${operation} ${status} ${variant}`;

/**
 * Answers that have a cause outside the request: no secret was sent, a service is away, or another request is being
 * done.
 */
const isProvokedOutside = ({ status, variant }: DocumentedAnswer) =>
  [401, 500, 503].includes(status) || variant === ProblemCode.idempotencyKeyInUse;

async function send(url: string, request: ProvokingRequest, authorization?: string): Promise<Answer> {
  const { method, path, type, body } = request;
  const headers = {
    ...request.headers,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(authorization === undefined ? {} : { authorization }),
  };
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

function expectDocumented(documented: DocumentedAnswer, method: string, answer: Answer): void {
  const { operation, status, mediaType, variant } = documented;
  expect(mismatches(operation, method, answer)).toEqual([]);
  const correlated = { 'x-correlation-id': expect.stringMatching(/^[\w.:-]{1,128}$/) };
  expect(answer).toMatchObject({ status, headers: { 'content-type': mediaType, ...correlated } });
  const isProblem = mediaType === problemMediaType && method !== 'HEAD';
  if (isProblem) expect(JSON.parse(answer.body).code).toBe(variant);
}

describe('the OpenAPI document', () => {
  test('has the largest page of uids', () => {
    const schema = at(['components', 'parameters', 'PageLimit', 'schema']);
    expect(schema).toMatchObject({ maximum: MAX_UIDS_PER_PAGE });
    for (const name of ['OnlinePage', 'MulticastUids']) {
      const page = at(['components', 'schemas', name, 'properties', 'uids']);
      expect(page).toMatchObject({ maxItems: MAX_UIDS_PER_PAGE });
    }
  });

  test('refers to nothing that it does not have', () => {
    const refs = Array.from(JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g), ([, ref = '']) => ref);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) expect(() => at(placeOf(ref))).not.toThrow();
  });

  test('has the routes of the service, and no others', () => {
    const inService = allRoutes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(inService.sort());
  });

  test('has of each operation the headers that its route honours', () => {
    for (const { method, path, headers = [] } of allRoutes) {
      const place = ['paths', path.replaceAll(/:(\w+)/g, '{$1}'), method.toLowerCase()];
      const { parameters = [] } = at(place) as { parameters?: { name: string; in: string }[] };
      const documented = parameters
        .filter((one) => one.in === 'header')
        .map(({ name }) => name.toLowerCase());
      expect({ path, headers: documented }).toEqual({ path, headers });
    }
  });

  test('has examples that fit their schemas', () => {
    expect(exampleMismatches()).toEqual([]);
  });

  test('tells of every error code, with its status', () => {
    const problems = answers.filter(({ mediaType }) => mediaType === problemMediaType);
    const statuses = new Map(problems.map(({ variant, status }) => [variant, status]));

    expect(Object.fromEntries(statuses)).toEqual(statusOfProblem);
    expect(problems.filter(({ variant, status }) => statuses.get(variant) !== status)).toEqual([]);
    expect(problems.every(({ variant }) => Object.values<string>(ProblemCode).includes(variant))).toBe(true);
    expect(at(['components', 'schemas', 'Refusal', 'properties', 'code'])).toEqual({
      enum: Object.values(RefusalCode),
    });
  });

  test('has a request in these tests for each answer that it tells of, and no others', () => {
    const provoked = answers.filter((answer) => !isProvokedOutside(answer)).map(nameOf);
    expect(Object.keys(provokingRequests).sort()).toEqual(provoked.sort());
  });
});

describe('the running stack', () => {
  const running = runStack({ context: { groups: 'true' } });
  const cases = answers.filter((answer) => !isProvokedOutside(answer));

  test.each(cases.map((answer) => [nameOf(answer), answer] as const))(
    'answers as documented: %s',
    async (name, documented) => {
      for (const provoke of provokingRequests[name] ?? []) {
        const request = typeof provoke === 'function' ? await provoke(running) : provoke;
        const answer = await send(running.stack.outputs.PushUrl, request);
        expectDocumented(documented, request.method, answer);
      }
    },
  );

  test('answers a request that is too large for Lambda as documented', async () => {
    const body = 'x'.repeat(6_300_000);
    const answer = await send(running.stack.outputs.PushUrl, { method: 'POST', path: 'push', body });

    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toEqual(
      (at(['x-answers-of-lambda', 'responses', '413', 'content', 'application/json']) as { example: object })
        .example,
    );
  });
});

describe('the push function, when AWS has an outage,', () => {
  let outage: Server;
  let withIam: PushFunction;
  let withSecret: PushFunction;

  beforeAll(async () => {
    outage = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(outage, 'listening');
    const url = `http://127.0.0.1:${(outage.address() as AddressInfo).port}`;
    const endpoints = { dynamoDb: url, sqs: url, eventBridge: url, secretsManager: url };
    const groups = { GROUP_TABLE_NAME: 'groups' };
    withIam = await startPushFunction(endpoints, { PUSH_AUTH: 'iam', ...groups });
    withSecret = await startPushFunction(endpoints, {
      PUSH_AUTH: 'secret',
      PUSH_SECRET_ID: 'the-secret',
      ...groups,
    });
  });
  afterAll(async () => {
    await withIam.stop();
    await withSecret.stop();
    outage.close();
  });

  // Those that are left out take an outage of their own: below.
  const cases = answers.filter(
    (answer) => isProvokedOutside(answer) && answer.status !== 409 && answer.variant !== 'unconfirmed',
  );

  test.each(cases.map((answer) => [nameOf(answer), answer] as const))(
    'answers as documented: %s',
    async (_name, documented) => {
      const request = plainRequests[documented.operation]!;
      // 500 by the secret that can't be read, 503 by the table that can't be read, 401 by nothing that could be wrong
      // with AWS.
      const { url } = documented.status === 503 ? withIam : withSecret;
      const authorization = documented.status === 500 ? 'Bearer any' : undefined;
      expectDocumented(documented, request.method, await send(url, request, authorization));
    },
  );

  test.each(Object.keys(plainRequests))('answers %s with something documented', async (operation) => {
    const request = plainRequests[operation]!;
    const answer = await send(withIam.url, request);

    expect(mismatches(operation, request.method, answer)).toEqual([]);
    if (operation !== 'health' && operation !== otherRequests)
      expect(answer.status).toBeGreaterThanOrEqual(500);
  });

  test('answers a line as documented', async () => {
    const request = {
      method: 'POST',
      path: 'push',
      type: 'application/x-ndjson',
      body: '{"uid":"u1"}\n{oops',
    };
    const answer = await send(withIam.url, request);

    expect(mismatches('push', 'POST', answer)).toEqual([]);
    expect(answer.body.split('\n').map((line) => (line ? JSON.parse(line).code : ''))).toEqual([
      'unavailable',
      'invalid-json',
      '',
    ]);
  });
});

const inUse = answers.filter(({ variant }) => variant === ProblemCode.idempotencyKeyInUse);
test.each(inUse.map((answer) => [answer.operation, answer] as const))(
  'the push function, while the %s with the same key before is being done, answers as documented',
  async (operation, documented) => {
    const plain = plainRequests[operation]!;
    const fingerprint = { S: fingerprintOf(String(plain.body)) };
    const inProgress = { id: { S: 'm1' }, fingerprint, expiresAt: { N: '4102444800' } };
    const aws = await startAwsEndpoint((operation) =>
      operation.endsWith('.PutItem')
        ? { status: 400, body: { __type: 'ConditionalCheckFailedException' } }
        : { body: { Item: { ...inProgress, startedAt: { N: String(Date.now()) } } } },
    );
    onTestFinished(() => aws.stop());
    // The least for which there is time to wait at all.
    const environment = { PUSH_AUTH: 'iam', GROUP_TABLE_NAME: 'groups' };
    const push = await startPushFunction(aws.endpoints, environment, { timeoutMs: 4_500 });
    onTestFinished(() => push.stop());
    const request = { ...plain, headers: { 'idempotency-key': 'k1' } };

    expectDocumented(documented, 'POST', await send(push.url, request));
  },
);

test('the push function, when a message is stored and its number can’t be noted, answers as documented', async () => {
  const documented = answers.find(({ variant }) => variant === 'unconfirmed')!;
  const aws = await startAwsEndpoint((operation) =>
    operation.endsWith('.UpdateItem')
      ? { status: 400, body: { __type: 'ThrottlingException' } }
      : { body: {} },
  );
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, { PUSH_AUTH: 'iam' });
  onTestFinished(() => push.stop());
  const request = { ...plainRequests.push!, headers: { ttl: '60' } };

  expectDocumented(documented, 'POST', await send(push.url, request));
});
