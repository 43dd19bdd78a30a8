import { App } from 'aws-cdk-lib';
import { UidPushStack } from '../lib/uidpush-stack.ts';

const app = new App();
new UidPushStack(app, 'uidpush', { description: 'Push JSON to the browsers of a user id' });
app.synth();
