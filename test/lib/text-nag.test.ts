import type { App } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test, vi } from 'vitest';
import { addChecks } from '../../bin/checks.ts';
import { deployedApp } from '../support/templates.ts';

const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

function appWith(context: Record<string, string>) {
  const { app, stack } = deployedApp(context);
  addChecks(app);
  return { app, text: stack.node.findChild('UidPush').node.findChild('Text') };
}

// The rules are many, and are compiled at first use.
vi.setConfig({ testTimeout: 60_000 });

/** The resources of the text endpoint in which a pack of cdk-nag, or CloudFormation's own rules, find something. */
function findings({ app }: { app: App }): string[] {
  try {
    app.synth();
    return [];
  } catch (error) {
    return Array.from(String(error).matchAll(/uidpush\/UidPush\/Text\/\S+/g), ([resource]) => resource);
  }
}

describe('each pack of cdk-nag', () => {
  test.each([
    { text: 'true' },
    { text: 'true', textSecret: 'true', textCertificateArn: certificate, pushAuth: 'secret' },
  ])('finds nothing in the text endpoint that is not acknowledged with a reason (%j)', (context) => {
    expect(findings(appWith(context))).toEqual([]);
  });

  test('finds what nobody acknowledged', () => {
    const { app, text } = appWith({ text: 'true' });
    new Vpc(text, 'Other', { natGateways: 0, restrictDefaultSecurityGroup: false });

    expect(findings({ app })).toContain('uidpush/UidPush/Text/Other/Resource');
  });
});
