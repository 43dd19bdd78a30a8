import type { Browser, JsonObject } from '../browser.ts';
import type { CheckGroup } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { expectEqual } from '../mismatch.ts';
import type { Visit } from '../visit.ts';

/** The longest grace that a stack may have, and a while. */
const limitMs = 600_000 + 120_000;

function skipReason({ watch }: Deployment): string | undefined {
  return watch === 'none' ? 'no --watch: pages watch nobody there' : undefined;
}

/** Of what a page does that may watch. */
function watchesSkipReason(deployment: Deployment): string | undefined {
  const { identity, watch } = deployment;
  if (identity.kind === 'given') return 'it needs tokens with a claim, which the suite can’t make';
  if (identity.kind === 'claimed' && watch === 'by-token') return 'no --claimed-watch: pages watch nobody';
  return skipReason(deployment);
}

/** What a `watch` is answered, without words for people. */
async function answerTo(browser: Browser, uids: unknown): Promise<JsonObject> {
  browser.send(JSON.stringify({ action: 'watch', uids }));
  const { message, ...answer } = await browser.nextFrame();
  return answer;
}

/** A page whose token, where it has one, names these uids. */
async function page(visit: Visit, ...watch: string[]): Promise<Browser> {
  return (await visit.framed(await visit.newUid(), undefined, { watch })).browser;
}

const absent = (uid: string) => ({ uid, online: false, epoch: 0 });

export const watch: CheckGroup = {
  name: 'watch',
  checks: [
    {
      name: 'a friend who comes and goes',
      expected:
        'is shown as it is at once, then online, then offline after the grace; a second tab is nothing',
      skipReason: watchesSkipReason,
      limitMs,
      async run(visit) {
        const friend = await visit.newUid();
        const browser = await page(visit, friend);
        expectEqual('at first', await answerTo(browser, [friend]), {
          type: 'watching',
          users: [absent(friend)],
        });
        const { browser: first } = await visit.framed(friend);
        const { at: _, epoch: came, ...online } = await browser.nextFrame();
        expectEqual('who came', online, { type: 'presence', uid: friend, online: true });
        const { browser: second } = await visit.framed(friend);
        await Promise.all([first.close(), second.close()]);
        const { epoch: left, ...offline } = await browser.nextFrame(limitMs);
        expectEqual('who left', { uid: offline.uid, online: offline.online }, { uid: friend, online: false });
        expectEqual('whether its epoch is higher', Number(left) > Number(came), true);
        await browser.silence();
      },
    },
    {
      name: 'a list in place of another',
      expected: 'is shown whole; of those that are not in it nothing comes any more',
      skipReason: watchesSkipReason,
      async run(visit) {
        const [friend, other] = [await visit.newUid(), visit.nobody()];
        const browser = await page(visit, friend, other);
        await answerTo(browser, [friend, other, friend]);
        const list = await answerTo(browser, [other]);
        expectEqual('the list', list, { type: 'watching', users: [absent(other)] });
        await visit.framed(friend);
        await browser.silence();
        expectEqual('no list', await answerTo(browser, []), { type: 'watching', users: [] });
      },
    },
    {
      name: 'what is no list of uids',
      expected: '`refused` with `unusable-uids`; the socket stays open',
      skipReason,
      async run(visit) {
        const browser = await visit.socket();
        const refused = { type: 'refused', action: 'watch', code: 'unusable-uids' };
        const tooMany = Array.from({ length: 101 }, (_, index) => index);
        for (const uids of [undefined, 'friend', [''], [1.5], tooMany]) {
          expectEqual(`the answer to ${JSON.stringify(uids)}`, await answerTo(browser, uids), refused);
        }
      },
    },
    {
      name: 'whom a page may not watch',
      expected: '`refused` with its code each; the socket stays open, and gets pushes',
      skipReason,
      async run(visit) {
        const { client, identity, watch } = visit.deployment;
        const friend = visit.nobody();
        const refused = { type: 'refused', action: 'watch' };
        const stranger = await visit.socket();
        expectEqual('not registered', await answerTo(stranger, [friend]), {
          ...refused,
          code: 'not-registered',
        });
        const uid = await visit.newUid();
        const { browser } = await visit.framed(uid);
        if (identity.kind === 'signed') {
          expectEqual('no claim', await answerTo(browser, [friend]), { ...refused, code: 'no-watch-claim' });
          const code = 'uid-not-in-token';
          const other = await page(visit, `${friend}-*`);
          expectEqual('another claim', await answerTo(other, [friend]), { ...refused, code, uid: friend });
        }
        if (identity.kind === 'claimed' && watch === 'by-token') {
          const code = 'watching-not-allowed';
          expectEqual('with claimed uids', await answerTo(browser, [friend]), { ...refused, code });
        }
        await client.push({ uid, n: 1 });
        expectEqual('the push', (await browser.nextFrame()).data, { uid, n: 1 });
      },
    },
  ],
};
