import { App } from 'aws-cdk-lib';
import { summaryOf } from '../lib/settings/summary.ts';
import { declareStack } from './declare-stack.ts';

/** The settings file; tests have one of their own. */
const file = process.env.UIDPUSH_CONFIG ?? 'uidpush.config.ts';

const app = new App();
// CDK's own switch for its checks turns these off too: to load them takes a second, which `npm start` has no use for.
if (process.env.CDK_VALIDATION !== 'false') {
  const { addChecks } = await import('./checks.ts');
  addChecks(app);
}
const environment = await declareStack(app, file);
const { missing = [] } = app.synth().manifest;
// The CDK looks up values that are missing, and starts this again.
if (missing.length === 0) process.stderr.write(summaryOf(environment, file));
