import { isRefusal } from '../../../protocol/refusal.ts';
import type { Check, CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';
import { deliveredTo } from './delivered-to.ts';
import { problemOf } from './problem-of.ts';

const messages: readonly [name: string, message: string | Uint8Array, code: string][] = [
  ['JSON that ends too early', '{"uid":"u1"', 'invalid-json'],
  ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0xff, 0x7d]), 'invalid-utf8'],
  ['a list', '[]', 'not-an-object'],
  ['no uid', '{}', 'unusable-uid'],
  ['a uid in a list', '{"uid":[1]}', 'unusable-uid'],
  ['a uid that is a float', '{"uid":1.5}', 'unusable-uid'],
  ['a uid that is only a prototype’s', '{"__proto__":{"uid":"u1"}}', 'unusable-uid'],
  ['5,000 brackets', '['.repeat(5_000), 'invalid-json'],
];

export const hostile: CheckGroup = {
  name: 'hostile',
  checks: [
    ...messages.flatMap(([name, message, code]): Check[] => {
      // A function URL hands JSON over as text, in which such bytes have become U+FFFD: see docs/openapi.yaml.
      if (typeof message !== 'string') return [];
      const expected = `400 \`${code}\``;
      const run: Check['run'] = async ({ deployment }) =>
        expectEqual('the answer', await problemOf(deployment.client.push(message)), { status: 400, code });
      return [{ name, expected, run }];
    }),
    {
      name: 'all of these and broken UTF-8 as lines, a good one among them',
      expected: 'each refused in its place by its code; the good one is delivered',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const good = JSON.stringify({ uid, good: true });
        const lines = messages.map(([, message]) => message);
        const codes = messages.map(([, , code]) => code);
        const results = await visit.deployment.client.pushMany([...lines, good, ...lines]);
        const outcomes = results.map((result) => (isRefusal(result) ? result.code : result));
        expectEqual('the results', outcomes, [...codes, deliveredTo(uid, 1), ...codes]);
        expectEqual('the message', await browser.next(), good);
      },
    },
  ],
};
