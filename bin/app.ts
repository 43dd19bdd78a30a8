import { App, Validations } from 'aws-cdk-lib';
import { UidPushStack } from '../lib/uidpush-stack.ts';

const app = new App();
// CDK's own switch for its checks turns these off too: to load them takes a second, which `npm start` has no use for.
if (process.env.CDK_VALIDATION !== 'false') {
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
new UidPushStack(app, 'uidpush', { description: 'Push JSON to the browsers of a user id' });
app.synth();
