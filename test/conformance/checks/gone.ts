import type { CheckGroup } from '../check.ts';
import { expectThat } from '../mismatch.ts';
import { eventually } from '../within.ts';

export const gone: CheckGroup = {
  name: 'gone',
  checks: [
    {
      name: 'a push to a socket that died without a word',
      expected: '`gone` or nobody, `delivered` at most once; then offline',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        browser.kill();
        // The first push may still be taken: the gateway learns of the death by the network.
        let delivered = 0;
        const push = async () => {
          const result = await visit.deployment.client.push({ uid });
          delivered += result.delivered;
          return result;
        };
        await eventually(
          'a push that finds nobody',
          push,
          (result) => result.delivered + result.gone + result.failed === 0,
        );
        expectThat(delivered <= 1, `delivered: expected at most 1, found ${delivered}`);
        await visit.presence(uid, 0);
      },
    },
  ],
};
