import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, onTestFinished, test, vi } from 'vitest';
import '../../lib/index.ts';
import { examples, printedBy, runExample } from './examples.ts';

/** What the stack has by the example, as type and properties. */
const declared: Record<string, [type: string, properties: object]> = {
  UidPush: ['AWS::ApiGatewayV2::Stage', {}],
  ConfigurationError: ['AWS::ApiGatewayV2::Stage', {}],
  grantPush: ['AWS::Lambda::Function', variable('PUSH_URL')],
  grantDisconnect: ['AWS::Lambda::Function', variable('DISCONNECT_URL')],
  grantAll: ['AWS::Lambda::Function', variable('SHOP_PUSH_URL')],
  metric: ['AWS::CloudWatch::Alarm', { MetricName: 'PushesOffline', Threshold: 100 }],
};

function variable(name: string): object {
  return { Environment: { Variables: { [name]: Match.anyValue() } } };
}

test.each(examples.filter(({ entry }) => entry === 'uidpush/cdk'))(
  'declares what it says: $name',
  async (example) => {
    // Only what is declared is looked at, so the functions' code is not bundled.
    vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify({ 'aws:cdk:bundling-stacks': [] }));
    onTestFinished(() => void vi.unstubAllEnvs());

    const { exports, printed } = await runExample(example, (code) =>
      code.replace('const stack', 'export const stack'),
    );
    expect(printed).toEqual(printedBy(example).map((text) => expect.stringMatching(text)));
    const [type, properties] = declared[example.name.split(': ')[1] ?? ''] ?? [];
    Template.fromStack(exports.stack as Stack).hasResourceProperties(type ?? '', properties ?? {});
  },
);
