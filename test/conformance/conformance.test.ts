import { describe, expect, onTestFinished, test } from 'vitest';
import { createToken } from '../../client/backend/create-token.ts';
import type { Route } from '../../lambda/http/router.ts';
import { allRoutes } from '../../lambda/routes.ts';
import { runStack } from '../e2e/running-stack.ts';
import { startAwsEndpoint } from '../support/aws-endpoint.ts';
import type { CheckResult } from './check.ts';
import { checkGroups } from './checks/index.ts';
import { conformance, type Ended, outputsFile } from './conformance-program.ts';
import { startLyingService } from './lying-service.ts';
import { startRecordingProxy } from './recording-proxy.ts';

const checks = checkGroups.flatMap(({ name, checks }) => checks.map((check) => `${name}: ${check.name}`));

type Report = { passed: number; failed: number; skipped: number; checks: CheckResult[] };

function reportIn({ output }: Ended): Report {
  return JSON.parse(output);
}

/** `group: check` of those with this result. */
function named({ checks }: Report, result: CheckResult['result']): string[] {
  return checks.filter((one) => one.result === result).map(({ group, check }) => `${group}: ${check}`);
}

/** Pages may watch, and need not wait long to see who leaves. */
const watched = { presence: 'true', presenceWatch: 'true', presenceGraceSeconds: '1' };
const claimed = ['--claimed-groups', '--claimed-watch'];

describe('a stack whose uids are claimed', () => {
  const stack = runStack({
    context: { groups: 'true', claimedGroups: 'true', ...watched, claimedWatch: 'true' },
  });

  test('passes, with a table that has every check, and is asked every route', async () => {
    const proxy = await startRecordingProxy(stack.stack.outputs.PushUrl);
    const file = await outputsFile({ ...stack.stack.outputs, PushUrl: proxy.url });
    const { exitCode, output } = await conformance(['--outputs', file, '--broadcast', ...claimed]);

    const rows = output.split('\n').slice(2, 2 + checks.length);
    expect(rows.map((row) => row.split('|')[1]?.trim())).toEqual(checks);
    expect(rows.filter((row) => row.includes('| failed'))).toEqual([]);
    expect(output).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/);
    expect(exitCode).toBe(0);
    const isAsked = ({ method, path }: Route<never>) => {
      const pattern = new RegExp(`^${method} ${path.replaceAll(/:\w+/g, '[^/]+')}$`);
      return proxy.requests.some((request) => pattern.test(request));
    };
    const notAsked = allRoutes.filter((route) => !isAsked(route));
    expect(notAsked.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('is not asked about groups unless it is said to have them', async () => {
    const file = await outputsFile(stack.stack.outputs);
    const report = reportIn(await conformance(['--outputs', file, '--json', '--only', 'groups']));

    expect(report).toMatchObject({ passed: 0, failed: 0 });
    expect(report.checks.every(({ reason }) => reason?.startsWith('no --groups'))).toBe(true);
  });

  test('is left as it was', async () => {
    const file = await outputsFile(stack.stack.outputs);
    await conformance(['--outputs', file, '--only', 'push,limits']);

    await expect.poll(() => stack.json('GET', 'uids')).toEqual({ uids: [] });
  });
});

describe('a stack with tokens, a push secret, origins and single sessions', () => {
  const context = {
    identity: 'token',
    pushAuth: 'secret',
    sessions: 'single',
    tokenAudience: 'app',
    allowedOrigins: 'https://app.example',
    revocation: 'true',
    groups: 'true',
    ...watched,
  };
  const stack = runStack({ identity: 'token', context });
  const options = [
    ...['--sessions', 'single', '--origin', 'https://app.example', '--token-audience', 'app'],
    ...['--revocation', '--groups', '--watch'],
  ];

  test('passes with secrets that are read from Secrets Manager', async () => {
    const secretsManager = await startAwsEndpoint((_operation, { SecretId }) => ({
      body: { SecretString: stack.stack.secretValue(String(SecretId)) },
    }));
    onTestFinished(() => secretsManager.stop());
    const file = await outputsFile(stack.stack.outputs);
    const ended = await conformance(['--outputs', file, '--json', '--region', 'eu-central-1', ...options], {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    });

    const report = reportIn(ended);
    expect(named(report, 'failed')).toEqual([]);
    expect(named(report, 'passed')).toEqual(
      expect.arrayContaining([
        'socket: a page of another origin',
        'register: a raw uid where a token is wanted',
        'push: a newer session takes the place of the older',
        'revocation: a token from before the log-out',
        'revocation: a uid that is blocked, until that ends',
        'groups: a page that joins, and leaves',
        'groups: joins that are refused',
        'watch: a friend who comes and goes',
        'watch: whom a page may not watch',
        'authorisation: a push with no credentials',
        'authorisation: a push with wrong credentials',
      ]),
    );
    expect(named(report, 'skipped')).toContain('push: to three connections of a uid');
    expect(ended.exitCode).toBe(0);
  });

  test('passes with one token that was given, and never prints it', async () => {
    const { PushSecretName = '', TokenSecretName = '' } = stack.stack.outputs;
    const secret = stack.stack.secretValue(TokenSecretName);
    const token = await createToken({ uid: 'somebody', secret, audience: 'app' });
    const file = await outputsFile(stack.stack.outputs);
    const ended = await conformance(
      ['--outputs', file, '--json', '--only', 'register,verbatim', ...options],
      {
        UIDPUSH_TOKEN: token,
        UIDPUSH_SECRET: stack.stack.secretValue(PushSecretName),
      },
    );

    expect(named(reportIn(ended), 'failed')).toEqual([]);
    expect(named(reportIn(ended), 'passed')).toContain('verbatim: framed');
    expect(ended.output + ended.notes).not.toContain(token);
    expect(ended.exitCode).toBe(0);
  });

  test('fails where the secret is wrong', async () => {
    const file = await outputsFile(stack.stack.outputs);
    const given = ['--token-secret', 'x', '--push-secret', 'y'];
    const ended = await conformance(['--outputs', file, '--json', '--only', 'push', ...given, ...options]);

    expect(reportIn(ended)).toMatchObject({ passed: 0 });
    expect(ended.exitCode).toBe(1);
  });
});

describe('a stack with a name and a path of its own', () => {
  const stack = runStack({
    context: {
      domainName: 'push.example.com',
      domainCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
      domainPath: 'push/v1',
      pushEndpoint: 'http-api',
    },
  });

  test('passes by both addresses, before the name points there, and says requests’ uids as an HTTP API wants', async () => {
    const { WebSocketUrl, ApiWebSocketUrl = '', ...others } = stack.stack.outputs;
    const { port, pathname } = new URL(WebSocketUrl);
    expect(pathname).toBe('/push/v1');
    const file = await outputsFile({
      ...others,
      WebSocketUrl: `ws://push.example.com:${port}${pathname}`,
      ApiWebSocketUrl: `${ApiWebSocketUrl}/live`,
    });
    const ended = await conformance(['--outputs', file, '--json', '--connect-to', '127.0.0.1']);

    expect(named(reportIn(ended), 'failed')).toEqual([]);
    expect(named(reportIn(ended), 'passed')).toEqual(
      expect.arrayContaining(['socket: connect', 'socket: by API Gateway’s own address']),
    );
    expect(ended.exitCode).toBe(0);
  });
});

test('a service that lies about deliveries, prints messages anew and stores none fails', async () => {
  const file = await outputsFile(await startLyingService());
  const table = await conformance(['--outputs', file, '--only', 'push,verbatim,stored']);

  expect(table.exitCode).toBe(1);
  const rowOf = (check: string) => table.output.split('\n').find((row) => row.includes(check));
  expect(rowOf('push: one message')).toContain('| passed');
  expect(rowOf('push: to nobody')).toContain('"delivered":0,"gone":0,"failed":0}, found {"uid"');
  expect(rowOf('verbatim: plain')).toContain('| failed: the message');
  for (const check of checks.filter((name) => name.startsWith('stored: '))) {
    expect(rowOf(check)).toContain('| failed: ');
  }
});

test.each([
  ['no file', [], '--outputs'],
  ['a file that is not there', ['--outputs', '/nowhere'], "/nowhere can't be read."],
  ['a group that is none', ['--outputs', 'a', '--only', 'pish'], 'There is no group "pish".'],
])('%s is told, with exit code 2', async (_name, args, problem) => {
  const { exitCode, output, notes } = await conformance(args);

  expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
  expect(notes).toContain(problem);
});
