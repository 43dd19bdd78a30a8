import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { regionsWithoutFunctionUrls, regionsWithoutWebSocketApis } from '../../lib/regions.ts';
import { UidPush } from '../../lib/uid-push.ts';
import type { UidPushProps } from '../../lib/uid-push-props.ts';

afterEach(() => vi.unstubAllEnvs());

function warningsIn(region?: string, props: UidPushProps = {}): string[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const uidPush = new UidPush(new Stack(app, 'app', region ? { env: { region } } : {}), 'Pushes', props);
  return uidPush.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
}

describe('a region', () => {
  test('with all that is needed, or none that is known, is not warned of', () => {
    expect(warningsIn('eu-central-1')).toEqual([]);
    expect(warningsIn()).toEqual([]);
  });

  test('without function URLs is warned of at synthesis only where one is asked for', () => {
    expect(warningsIn('eu-south-2')).toEqual([]);
    expect(warningsIn('eu-south-2', { pushEndpoint: 'function-url' })).toEqual([
      expect.stringContaining('eu-south-2 had no Lambda function URLs'),
    ]);
  });

  test('without WebSocket APIs is warned of', () => {
    expect(warningsIn('mx-central-1')).toEqual([expect.stringContaining('had no WebSocket APIs')]);
  });

  test('is the CLI’s where the stack fits any', () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'mx-central-1');
    expect(warningsIn()).toHaveLength(1);
  });
});

test('docs/REGIONS.md has the same lists', () => {
  const document = readFileSync(new URL('../../docs/REGIONS.md', import.meta.url), 'utf8');
  const rows = Array.from(
    document.matchAll(/^\| (`.*?) \| (yes|no) \| (yes|no) \|$/gm),
    ([, names, urls, apis]) => ({
      regions: Array.from(names!.matchAll(/`([\w-]+)`/g), ([, region]) => region!),
      urls,
      apis,
    }),
  );
  const lacking = (column: 'urls' | 'apis') =>
    rows
      .filter((row) => row[column] === 'no')
      .flatMap(({ regions }) => regions)
      .sort();

  expect(lacking('urls')).toEqual(regionsWithoutFunctionUrls);
  expect(lacking('apis')).toEqual(regionsWithoutWebSocketApis);
});

test('cfn-lint checks the template in no region that lacks something', () => {
  const { regions } = parse(readFileSync('.cfnlintrc', 'utf8')) as { regions: string[] };
  const lacking = [...regionsWithoutFunctionUrls, ...regionsWithoutWebSocketApis];
  expect(regions.length).toBeGreaterThan(20);
  expect(regions.filter((region) => lacking.includes(region))).toEqual([]);
});
