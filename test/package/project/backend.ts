import { createPushClient, type PushResult } from 'uidpush/backend';

const client = createPushClient({ url: process.env.PUSH_URL ?? '' });
const result: PushResult = await client.push({ uid: 'u1', hi: 1 });
process.stdout.write(JSON.stringify(result));
