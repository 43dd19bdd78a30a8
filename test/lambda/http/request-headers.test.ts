import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RequestHeader } from '../../../lambda/http/request-header.ts';
import { allRoutes } from '../../../lambda/routes.ts';
import { type AwsEndpoint, startAwsEndpoint } from '../../support/aws-endpoint.ts';
import { type PushFunction, startPushFunction } from '../../support/push-function.ts';
import { routeRequests } from '../../support/route-requests.ts';

/** Of each header a value that can be honoured, and one that can't. A preference is passed over everywhere else. */
const values: Record<Exclude<RequestHeader, 'prefer'>, { good: string; bad: string }> = {
  [RequestHeader.ttl]: { good: '60', bad: 'soon' },
  [RequestHeader.idempotencyKey]: { good: 'order-4711', bad: 'x'.repeat(256) },
};

let aws: AwsEndpoint;
let push: PushFunction;
beforeAll(async () => {
  aws = await startAwsEndpoint((operation) => ({
    body: operation.endsWith('.Query') || operation.endsWith('.Scan') ? { Items: [] } : {},
  }));
  push = await startPushFunction(aws.endpoints, { GROUP_TABLE_NAME: 'groups' });
});
afterAll(async () => {
  await push.stop();
  await aws.stop();
});

const requests = routeRequests().map((request, index) => {
  const route = allRoutes[index];
  return { ...request, name: `${route?.method} ${route?.path}`, honoured: route?.headers ?? [] };
});
type Request = (typeof requests)[number];

async function send({ method, path, body, type }: Request, given: Record<string, string>) {
  const headers = { ...given, ...(type !== undefined && { 'content-type': type }) };
  const before = aws.operations.length;
  const response = await fetch(push.url + path, { method, headers, ...(body !== undefined && { body }) });
  const { code, detail } = (await response.json()) as { code?: string; detail?: string };
  return { response, code, detail, operations: aws.operations.slice(before) };
}

const { prefer: _, ...refusable } = RequestHeader;

describe.each(Object.values(refusable))('the header %s', (name) => {
  const { good, bad } = values[name];
  const honouring = requests.filter(({ honoured }) => honoured.includes(name));
  const others = requests.filter(({ honoured }) => !honoured.includes(name));

  test.each(honouring)('is read by $name', async (request) => {
    expect((await send(request, { [name]: good })).response.status).toBeLessThan(300);
    expect(await send(request, { [name]: bad })).toMatchObject({ code: 'invalid-request', operations: [] });
  });

  test.each(others)('is refused by $name, with the reason, before anything is done', async (request) => {
    for (const value of [good, bad]) {
      const { response, code, detail, operations } = await send(request, { [name]: value });

      expect({ status: response.status, code }).toEqual({ status: 400, code: 'invalid-request' });
      expect(detail?.toLowerCase()).toContain(`the header ${name} `);
      expect(operations).toEqual([]);
    }
  });
});

test.each(requests)('the header x-correlation-id is honoured by $name', async (request) => {
  const { response } = await send(request, { 'x-correlation-id': 'order:17' });
  expect(response.headers.get('x-correlation-id')).toBe('order:17');
});
