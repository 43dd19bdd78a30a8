import { isRefusal } from '../../../protocol/refusal.ts';
import type { Browser } from '../browser.ts';
import type { CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';
import { deliveredTo } from './delivered-to.ts';

const onlySingleSessions = 'the stack has sessions=single';

export const push: CheckGroup = {
  name: 'push',
  checks: [
    {
      name: 'one message',
      expected: '`delivered` 1, and it arrives once',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const message = JSON.stringify({ uid, hello: 1 });
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 1));
        expectEqual('the message', await browser.next(), message);
        await browser.silence();
      },
    },
    {
      name: 'lines (NDJSON), a bad one in the middle',
      expected: 'a result per line, in order; the good ones arrive in order',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const [first, last] = [1, 2].map((n) => JSON.stringify({ uid, n })) as [string, string];
        const results = await visit.deployment.client.pushMany([first, `{"uid":${first}`, last]);
        expectEqual(
          'the results',
          results.map((result) => (isRefusal(result) ? result.code : result)),
          [deliveredTo(uid, 1), 'invalid-json', deliveredTo(uid, 1)],
        );
        expectEqual('the messages', [await browser.next(), await browser.next()], [first, last]);
      },
    },
    {
      name: 'to nobody',
      expected: '`delivered` 0, `gone` 0, `failed` 0',
      async run(visit) {
        const uid = visit.nobody();
        expectEqual('the answer', await visit.deployment.client.push({ uid }), deliveredTo(uid, 0));
      },
    },
    {
      name: 'to three connections of a uid',
      expected: '`delivered` 3; each gets it once, nobody else does',
      skipReason: ({ sessions }) => (sessions === 'single' ? onlySingleSessions : undefined),
      async run(visit) {
        const uid = await visit.newUid();
        const browsers: Browser[] = [];
        for (let n = 0; n < 3; n++) browsers.push(await visit.plain(uid));
        const message = JSON.stringify({ uid, hello: 'all three' });
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 3));
        const arrived = await Promise.all(browsers.map((browser) => browser.next()));
        expectEqual('the messages', arrived, [message, message, message]);
        await Promise.all(browsers.map((browser) => browser.silence()));
      },
    },
    {
      name: 'a newer session takes the place of the older',
      expected: 'error `replaced`, closed with 1000; `delivered` 1',
      skipReason: ({ sessions }) => (sessions === 'many' ? 'the stack has sessions=many' : undefined),
      async run(visit) {
        const uid = await visit.newUid();
        const older = await visit.framed(uid);
        await visit.framed(uid);
        expectEqual('the code', (await older.browser.nextFrame()).code, 'replaced');
        expectEqual('the close code', await older.browser.closedWith(), 1000);
        // It is forgotten after it was closed.
        await visit.presence(uid, 1);
        expectEqual('the answer', await visit.deployment.client.push({ uid }), deliveredTo(uid, 1));
      },
    },
  ],
};
