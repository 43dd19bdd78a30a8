import { expect, onTestFinished, test } from 'vitest';
import { startAwsEndpoint } from '../support/aws-endpoint.ts';
import { startPushFunction } from '../support/push-function.ts';
import { routeRequests } from '../support/route-requests.ts';

/** The requests that the URL of this alias has a route for. */
async function offeredBy(alias?: string): Promise<string[]> {
  const aws = await startAwsEndpoint((operation) => ({
    body: operation.endsWith('.Query') || operation.endsWith('.Scan') ? { Items: [] } : {},
  }));
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, {}, { alias });
  onTestFinished(() => push.stop());

  const offered: string[] = [];
  for (const { method, path, body } of routeRequests()) {
    const response = await fetch(push.url + path, { method, ...(body !== undefined && { body }) });
    const { code } = (await response.json()) as { code?: string };
    if (code !== 'unknown-route' && code !== 'wrong-method') offered.push(`${method} ${path}`);
  }
  return offered;
}

test('the URL of push-only takes pushes and nothing more', async () => {
  expect(await offeredBy('push-only')).toEqual(['POST push', 'GET health']);
});

test('the URL of disconnect-only disconnects and nothing more', async () => {
  expect(await offeredBy('disconnect-only')).toEqual(['DELETE uids/u1', 'GET health']);
});

test.each([undefined, 'somebody-elses-alias'])(
  'the URL of the function, or of an alias of its owner’s, takes all: %s',
  async (alias) => {
    expect(await offeredBy(alias)).toEqual(routeRequests().map(({ method, path }) => `${method} ${path}`));
  },
);
