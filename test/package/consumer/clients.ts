import { type Connection, connect, type Message } from 'uidpush';
import { createPushClient, PushError, type PushResult } from 'uidpush/backend';

// Nothing is `any`: each of these calls must be an error.
export const mistakes = [
  // @ts-expect-error
  () => connect({ url: 1, credential: () => 'token' }),
  // @ts-expect-error
  () => createPushClient({ url: 1 }),
];

export function listen(onData: (message: Message) => void): Connection {
  const connection = connect({ url: 'wss://example.com/live', credential: () => 'token' });
  connection.onmessage = onData;
  return connection;
}

export async function push(url: string): Promise<PushResult | undefined> {
  const client = createPushClient({ url });
  try {
    return await client.push({ uid: 'u1', hi: 1 });
  } catch (error) {
    if (error instanceof PushError) return undefined;
    throw error;
  }
}
