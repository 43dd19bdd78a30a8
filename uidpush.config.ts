import { defineConfig } from './lib/settings/define-config.ts';

/**
 * What is deployed, and how. `npx cdk deploy -c env=prod` deploys the environment `prod`; without `-c env=…` it is the
 * `defaultEnvironment`. Every setting: docs/CONFIGURATION.md. Commit this file: it is the only place that knows what your
 * stacks are to be like.
 *
 * `name` is the stack's name. To change it makes a second stack beside the first.
 */
export default defineConfig({
  defaultEnvironment: 'dev',
  environments: {
    /** `npm start`: the stack on this machine. Anyone can claim, and watch, any uid, and join any group. */
    local: {
      name: 'uidpush-local',
      identity: 'claimed',
      text: true,
      groups: true,
      claimedGroups: true,
      presence: true,
      presenceWatch: true,
      claimedWatch: true,
    },

    /** For tries on AWS: `npx cdk deploy`, `npx cdk destroy`. */
    dev: {
      name: 'uidpush-dev',
      // Which pages may connect. Without it, any.
      // allowedOrigins: ['http://localhost:5173'],
    },

    /** What your users depend on: `npx cdk deploy -c env=prod`. */
    prod: {
      name: 'uidpush',
      // allowedOrigins: ['https://app.example.com'],

      // Backends sign requests with AWS credentials. 'secret': they bear a secret that the stack makes.
      // pushAuth: 'secret',

      // Alarms and a dashboard, up to $14 a month.
      // monitoring: true,
      // alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:on-call',

      // The Text protocol over TCP, $38 a month.
      // text: true,
      // textVpcId: 'vpc-0123456789abcdef0',
    },
  },
});
