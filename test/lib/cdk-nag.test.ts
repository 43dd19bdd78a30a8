import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test, vi } from 'vitest';
import { addChecks } from '../../bin/checks.ts';
import { acknowledgeOwnPolicy } from '../../lib/acknowledge.ts';
import { allAtOnce, deployedApp, everything, features, grantedApp } from '../support/templates.ts';

/** Synthesises with cdk-nag's packs, and throws where a finding isn't acknowledged. */
function check({ app }: { app: App }): void {
  addChecks(app);
  app.synth();
}

type Acknowledgement = { path: string; rule: string; reason: string };

function acknowledgementsOf(stack: Stack): Acknowledgement[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries<string>(data)
          // The CDK has some of its own.
          .filter(([rule]) => rule.startsWith('Annotation::'))
          .map(([rule, reason]) => ({ path: node.path, rule, reason })),
      ),
  );
}

// The rules are many, and are compiled at first use.
vi.setConfig({ testTimeout: 60_000 });

describe('each pack of cdk-nag', () => {
  test.each(Object.entries({ ...features, everything, allAtOnce }))(
    'finds nothing unacknowledged with %s',
    (_, context) => {
      expect(() => check(deployedApp(context))).not.toThrow();
    },
  );

  test('finds nothing unacknowledged in a web ACL', () => {
    vi.stubEnv('CDK_DEFAULT_REGION', 'us-east-1');
    expect(() => check(deployedApp({ cloudFront: 'only' }))).not.toThrow();
    vi.unstubAllEnvs();
  });

  test('finds nothing unacknowledged in what grants make', () => {
    const granted = grantedApp({ monitoring: 'true' });
    acknowledgeOwnPolicy(granted.stack.node.findChild('Backend'));

    expect(() => check(granted)).not.toThrow();
  });

  test('still finds what nobody acknowledged', () => {
    const { app, stack } = deployedApp({});
    new Bucket(stack, 'Bucket');

    expect(() => check({ app })).toThrow(/AwsSolutions-S1[\s\S]*NIST\.800\.53\.R5-S3Bucket/);
  });

  test('is told a reason with every acknowledgement, at the resource and not for the whole', () => {
    const found = acknowledgementsOf(deployedApp(allAtOnce).stack);

    expect(found.length).toBeGreaterThan(0);
    for (const { path, rule, reason } of found) {
      expect(['uidpush', 'uidpush/UidPush']).not.toContain(path);
      expect(rule).toMatch(/^Annotation::(AwsSolutions|Serverless|NIST\.800\.53\.R5)-\w+/);
      expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    }
  });

  test('is told of each wildcard which one it is', () => {
    const wildcards = acknowledgementsOf(deployedApp(allAtOnce).stack).filter(({ rule }) =>
      rule.includes('IAM5'),
    );

    expect(wildcards.length).toBeGreaterThan(0);
    for (const { rule } of wildcards) expect(rule).toMatch(/IAM5\[(Resource|Action)::.+\]$/);
  });
});
