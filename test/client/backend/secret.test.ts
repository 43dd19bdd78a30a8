import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPushClient, type PushClientOptions } from '../../../client/backend/index.ts';
import { PushUrl } from './push-url.ts';

let pushUrl: PushUrl;

beforeEach(async () => {
  pushUrl = await PushUrl.start();
});
afterEach(() => pushUrl.stop());

function clientWith(options: Pick<PushClientOptions, 'secret'>) {
  return createPushClient({ url: pushUrl.url, ...options });
}

describe('a secret', () => {
  beforeEach(() => pushUrl.answerJson('{"status":"ok"}'));

  it('is borne by each request, and asked for each time when it is a function', async () => {
    let rotation = 0;
    await clientWith({ secret: 'first' }).health();
    const rotating = clientWith({ secret: async () => `value-${++rotation}` });
    await rotating.health();
    await rotating.health();

    expect(pushUrl.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer value-1',
      'Bearer value-2',
    ]);
  });

  it.each([[''], ['read-from-a-file\n'], [undefined], [['read-from', 'a-file']], [null]])(
    'that comes as %j is not sent, and not quoted',
    async (secret) => {
      const error: unknown = await clientWith({ secret: async () => secret as string })
        .health()
        .catch((thrown: unknown) => thrown);

      expect(error).toMatchObject({ code: 'no-credentials' });
      expect(inspect(error, { depth: 9 })).not.toContain('read-from');
      expect(pushUrl.requests).toEqual([]);
    },
  );
});
