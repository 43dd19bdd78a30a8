import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { chooseEnvironment } from '../lib/settings/chosen-environment.ts';
import { summaryOf } from '../lib/settings/summary.ts';
import { UidPushStack } from '../lib/uidpush-stack.ts';

/** The settings file; tests have one of their own. */
const file = process.env.UIDPUSH_CONFIG ?? 'uidpush.config.ts';
const { default: config } = await import(pathToFileURL(resolve(file)).href);

const app = new App();
const environment = chooseEnvironment(config, app.node.getAllContext(), file);
// The template fits every account and region, unless a VPC is to be looked up in one of them.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
const env = environment.checked.textVpcId && account && region ? { env: { account, region } } : {};
// CDK's own switch for its checks turns these off too: to load them takes a second, which `npm start` has no use for.
if (process.env.CDK_VALIDATION !== 'false') {
  const { addChecks } = await import('./checks.ts');
  addChecks(app);
}
new UidPushStack(app, environment, { description: 'Push JSON to the browsers of a user id', ...env });
const { missing = [] } = app.synth().manifest;
// The CDK looks up values that are missing, and starts this again.
if (missing.length === 0) process.stderr.write(summaryOf(environment, file));
