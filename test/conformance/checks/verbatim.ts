import { randomInt } from 'node:crypto';
import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';
import { deliveredTo } from './delivered-to.ts';

/**
 * What a reader and a printer of JSON would change: numbers, escapes, spaces, the order and the repetition of members.
 */
function awkwardMessage(uid: string): string {
  return `{ "z":1,\t"uid" : ${JSON.stringify(uid)},  "large":9007199254740993, "float":1.0e+2, "minus":-0,
 "text":"h\\u00e9llo \\/ é 你好 🙂 \\ud83d\\ude42", "twice":1, "twice":2, "__proto__":{}, "10":0, "9":0 } `;
}

export const verbatim: CheckGroup = {
  name: 'verbatim',
  checks: [
    {
      name: 'plain',
      expected: 'the very text that was pushed',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const message = awkwardMessage(uid);
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 1));
        expectEqual('the message', await browser.next(), message);
      },
    },
    {
      name: 'framed',
      expected: 'the very text, as `data` of a `message` frame',
      async run(visit) {
        const uid = await visit.newUid();
        const { browser } = await visit.framed(uid);
        const message = awkwardMessage(uid);
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 1));
        const frame = await browser.next();
        expectThat(
          /^\{"type":"message","id":"[^"]+",/.test(frame),
          'it came in another frame than `message`',
        );
        expectEqual('the message', dataOf(frame), message);
      },
    },
    {
      name: 'a uid that is a large integer',
      expected: 'exact: `delivered` 1',
      skipReason: ({ identity }) => (identity.kind === 'given' ? 'it needs a token of that uid' : undefined),
      async run(visit) {
        // Twenty digits: far more than a number of JavaScript can hold, and too many to be anybody's.
        const uid = visit.own(`9${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`);
        const browser = await visit.plain(uid);
        const message = `{"uid":${uid}}`;
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 1));
        expectEqual('the message', await browser.next(), message);
      },
    },
  ],
};

/** The text between the first `"data":` and the last `}`. */
function dataOf(frame: string): string {
  const name = '"data":';
  return frame.slice(frame.indexOf(name) + name.length, frame.lastIndexOf('}'));
}
