import { setTimeout as sleep } from 'node:timers/promises';
import { createPushClient, PushError, type PushOptions } from '../../client/backend/index.ts';
import { messageText } from './books.ts';
import type { Random } from './random.ts';
import { allUids, pageUids, type SoakSetting } from './soak-setting.ts';

/** Longer than any soak. */
const ttlSeconds = 86_400;

/** A backend that pushes, one request after the other, until the load ends. */
export async function pushByHttp(setting: SoakSetting, random: Random): Promise<void> {
  while (!setting.isEnding) {
    const isStored = random.happens(0.5);
    const isSafe = random.happens(0.4);
    await pushOnce(setting, random.of(isStored ? pageUids : allUids), {
      ...(isStored && { ttlSeconds }),
      // With retries it has an idempotency key.
      retries: isSafe ? 3 : 0,
    });
    await sleep(random.between(20, 150));
  }
}

/** Sends one message, and writes down what became of it; its name in the books. */
export async function pushOnce(
  { books, pushUrl }: SoakSetting,
  uid: string,
  options: PushOptions = {},
): Promise<string> {
  const client = createPushClient({ url: pushUrl });
  const name = books.nextName();
  const text = messageText(uid, name, 20);
  books.send(name, { way: 'http', uid, text }, Date.now());
  try {
    const { delivered, seq } = await client.push(text, options);
    books.tell(name, delivered > 0 ? 'accepted' : 'not-accepted', Date.now(), seq);
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    books.tell(name, 'error', Date.now());
  }
  return name;
}
