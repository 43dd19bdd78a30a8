import { App, Stack } from 'aws-cdk-lib';
import { Identity, UidPush, type UidPushProps } from 'uidpush/cdk';
import { listen, push } from './clients.js';

// Nothing is `any`: this line must be an error.
// @ts-expect-error
export const wrong: UidPushProps = { identity: 1 };

const props: UidPushProps = { identity: Identity.claimed };
const uidPush = new UidPush(new Stack(new App(), 'app'), 'UidPush', props);
process.stdout.write([typeof listen, typeof push, typeof uidPush.pushUrl].join(' '));
