import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { UidPush } from '../../lib/uid-push.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { type Plan, planOf } from '../../local/template/plan.ts';
import { startAwsEndpoint } from '../support/aws-endpoint.ts';
import { startPushFunction } from '../support/push-function.ts';
import { routeRequests } from '../support/route-requests.ts';

/** A stack in which somebody may push, and somebody disconnect. */
let granted: Promise<Plan>;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uidpush-grants-'));
  const app = new App({ outdir: directory });
  const stack = new Stack(app, 'app');
  const uidPush = new UidPush(stack, 'UidPush');
  const backend = new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() });
  uidPush.grantPush(backend);
  uidPush.grantDisconnect(backend);
  app.synth();
  granted = readAssembly(directory).then(planOf);
});
afterAll(() => rm(directory, { recursive: true }));

/** The requests that the function has a route for, called by an ARN with this alias or version. */
async function offeredBy(logicalIdStart: string, qualifier?: string): Promise<string[]> {
  const aws = await startAwsEndpoint((operation) => ({
    body: operation.endsWith('.Query') || operation.endsWith('.Scan') ? { Items: [] } : {},
  }));
  onTestFinished(() => aws.stop());
  const push = await startPushFunction(aws.endpoints, {}, { logicalIdStart, qualifier, plan: granted });
  onTestFinished(() => push.stop());

  const offered: string[] = [];
  for (const { method, path, body } of routeRequests()) {
    const response = await fetch(push.url + path, { method, ...(body !== undefined && { body }) });
    const { code } = (await response.json()) as { code?: string };
    if (code !== 'unknown-route' && code !== 'wrong-method') offered.push(`${method} ${path}`);
  }
  return offered;
}

/** What `invokedFunctionArn` may end with: nothing, or the name of an alias, be it one that an older stack had. */
const qualifiers = [undefined, '$LATEST', 'live', 'push-only', 'disconnect-only', 'somebody-elses-alias'];

describe.each(qualifiers)('called as %s', (qualifier) => {
  test('the function of those who may push takes pushes and nothing more', async () => {
    expect(await offeredBy('UidPushPushOnlyFunction', qualifier)).toEqual([
      'POST push',
      'POST multicast',
      'POST groups/g1/push',
      'GET health',
    ]);
  });

  test('the function of those who may disconnect disconnects and nothing more', async () => {
    expect(await offeredBy('UidPushDisconnectOnlyFunction', qualifier)).toEqual([
      'DELETE uids/u1',
      'DELETE connections/L0SM9cOFvHcCIhw=',
      'GET health',
    ]);
  });

  test('the function of the push URL takes all', async () => {
    const all = routeRequests().map(({ method, path }) => `${method} ${path}`);
    expect(await offeredBy('UidPushFunction', qualifier)).toEqual(all);
  });
});

test.each(['UidPushPushOnlyFunction', 'UidPushDisconnectOnlyFunction'])(
  '%s refuses everybody behind a URL that asks for no signature',
  async (logicalIdStart) => {
    const aws = await startAwsEndpoint(() => ({ body: {} }));
    onTestFinished(() => aws.stop());
    const push = await startPushFunction(
      aws.endpoints,
      {},
      { logicalIdStart, plan: granted, authType: 'NONE' },
    );
    onTestFinished(() => push.stop());

    for (const { method, path, body } of routeRequests().filter((request) => request.path !== 'health')) {
      const response = await fetch(push.url + path, { method, ...(body !== undefined && { body }) });
      expect(response.status).toBe(401);
    }
    expect(aws.operations).toEqual([]);
  },
);
