import { App, Validations } from 'aws-cdk-lib';
import { UidPushStack } from '../lib/uidpush-stack.ts';

const app = new App();
// The template fits every account and region, unless a VPC is to be looked up in one of them.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
const env = app.node.tryGetContext('textVpcId') && account && region ? { env: { account, region } } : {};
// CDK's own switch for its checks turns these off too: to load them takes a second, which `npm start` has no use for.
if (process.env.CDK_VALIDATION !== 'false') {
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
new UidPushStack(app, 'uidpush', { description: 'Push JSON to the browsers of a user id', ...env });
app.synth();
