import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { deployedApp, everything, features, grantedApp } from '../support/templates.ts';

/** Synthesises with cdk-nag's AwsSolutions, which throws where a finding isn't acknowledged. */
function check({ app }: { app: App }): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

type Acknowledgement = { path: string; rule: string; reason: string };

function acknowledgementsOf(stack: Stack): Acknowledgement[] {
  return stack.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) =>
          Object.entries<string>(data).map(([rule, reason]) => ({ path: node.path, rule, reason })),
        ),
    );
}

describe('cdk-nag’s AwsSolutions', () => {
  test.each(Object.entries({ ...features, everything }))(
    'finds nothing unacknowledged with %s',
    (_, context) => {
      expect(() => check(deployedApp(context))).not.toThrow();
    },
  );

  test('finds nothing unacknowledged in what grants make', () => {
    expect(() => check(grantedApp({ monitoring: 'true' }))).not.toThrow();
  });

  test('still finds what nobody acknowledged', () => {
    const { app, stack } = deployedApp({});
    new Bucket(stack, 'Bucket');

    expect(() => check({ app })).toThrow('AwsSolutions-S1');
  });

  test('is told a reason with every acknowledgement, at the resource and not for the whole', () => {
    const found = acknowledgementsOf(deployedApp(everything).stack);

    expect(found.length).toBeGreaterThan(0);
    for (const { path, rule, reason } of found) {
      expect(['uidpush', 'uidpush/UidPush']).not.toContain(path);
      expect(rule).toMatch(/AwsSolutions-\w+/);
      expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    }
  });

  test('is told of each wildcard which one it is', () => {
    const wildcards = acknowledgementsOf(deployedApp(everything).stack).filter(({ rule }) =>
      rule.includes('IAM5'),
    );

    expect(wildcards.length).toBeGreaterThan(0);
    for (const { rule } of wildcards) expect(rule).toMatch(/IAM5\[(Resource|Action)::.+\]$/);
  });
});
