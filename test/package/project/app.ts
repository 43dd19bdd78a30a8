import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Identity, UidPush, type UidPushProps } from 'uidpush/cdk';

const props: UidPushProps = { identity: Identity.claimed };
const stack = new Stack(new App(), 'app');
const uidPush = new UidPush(stack, 'UidPush', props);
uidPush.metricPushesDelivered({ label: 'delivered' });
new CfnOutput(stack, 'WebSocketUrl', { value: uidPush.webSocketUrl });
new CfnOutput(stack, 'PushUrl', { value: uidPush.pushUrl });
