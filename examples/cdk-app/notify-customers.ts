import { createPushClient } from 'uidpush/backend';

// Signs with the function's own credentials; `grantPush` has set PUSH_URL and let it in.
const client = createPushClient({ url: process.env.PUSH_URL ?? '' });

type QueueEvent = { Records: { messageId: string; body: string }[] };

/** Each message is `{"customer":"u1","order":7,"state":"sent"}`. Those that could not be pushed come again. */
export async function handler({ Records }: QueueEvent) {
  const attempts = await Promise.allSettled(Records.map(({ body }) => notify(JSON.parse(body))));
  const failed = Records.filter((_, index) => attempts[index]?.status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function notify({ customer, ...event }: { customer: string; order: number; state: string }) {
  const { failed } = await client.push({ uid: customer, ...event });
  if (failed > 0) throw new Error(`${failed} of the customer's browsers could not be reached`);
}
