// Consumes the queue of events of presence, and prints who comes and who leaves. npm install @aws-sdk/client-sqs
// QUEUE_URL=<output PresenceQueueUrl> node examples/presence-queue.mjs
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const QueueUrl = process.env.QUEUE_URL;
if (!QueueUrl) throw new Error('Set QUEUE_URL to the output PresenceQueueUrl.');

// The queue of the local stack is at the address that its URL has; it takes any credentials.
const { protocol, origin } = new URL(QueueUrl);
const local = { endpoint: origin, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const sqs = new SQSClient({
  region: process.env.AWS_REGION ?? 'us-east-1',
  ...(protocol === 'http:' && local),
});

/** The highest epoch of each uid. A service of several processes keeps it in its database, with its state. */
const epochs = new Map();

/** Events may come twice, and an old one after a newer one: the highest epoch is the truth. */
function receive({ type, uid, epoch, at }) {
  if (epoch <= (epochs.get(uid) ?? 0)) return;
  epochs.set(uid, epoch);
  process.stdout.write(`${JSON.stringify({ type, uid, at })}\n`);
}

for (;;) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
  );
  for (const { Body, ReceiptHandle } of Messages) {
    receive(JSON.parse(Body));
    // What is not deleted comes again. So it is done first, and deleted then.
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
