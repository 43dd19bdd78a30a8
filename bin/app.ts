import { App } from 'aws-cdk-lib';
import { UidPushStack } from '../lib/uidpush-stack.ts';

const app = new App();
// The template fits every account and region, unless a VPC is to be looked up in one of them.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
const env = app.node.tryGetContext('textVpcId') && account && region ? { env: { account, region } } : {};
new UidPushStack(app, 'uidpush', { description: 'Push JSON to the browsers of a user id', ...env });
app.synth();
