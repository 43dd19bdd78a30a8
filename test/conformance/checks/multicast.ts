import { randomUUID } from 'node:crypto';
import type { CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';

export const multicast: CheckGroup = {
  name: 'multicast',
  checks: [
    {
      name: 'to a uid that is online and to one that is not',
      expected: 'the first gets the message verbatim, once; the second is named as offline',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const nobody = visit.nobody();
        const text = `{"conformance" : "${randomUUID()}", "n":9007199254740993}`;
        const result = await visit.deployment.client.multicast([uid, nobody, nobody, uid], text);
        expectEqual('the answer', result, {
          uids: 2,
          delivered: 1,
          gone: 0,
          failed: 0,
          offline: [nobody],
          unavailable: [],
        });
        expectEqual('what the socket got', await browser.next(), text);
        await browser.silence();
      },
    },
  ],
};
