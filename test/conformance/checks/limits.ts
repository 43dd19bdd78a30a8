import { MAX_LINES_PER_REQUEST, MAX_MESSAGE_BYTES, MAX_UID_BYTES } from '../../../protocol/limits.ts';
import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';
import { deliveredTo } from './delivered-to.ts';
import { problemOf } from './problem-of.ts';

const number = new Intl.NumberFormat('en');

export const limits: CheckGroup = {
  name: 'limits',
  checks: [
    {
      name: `a message of ${number.format(MAX_MESSAGE_BYTES)} bytes`,
      expected: '`delivered` 1, and it arrives whole',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const message = messageOf(uid, MAX_MESSAGE_BYTES);
        expectEqual('the answer', await visit.deployment.client.push(message), deliveredTo(uid, 1));
        expectThat((await browser.next()) === message, 'another text arrived');
      },
    },
    {
      name: `a message of ${number.format(MAX_MESSAGE_BYTES + 1)} bytes`,
      expected: '413 `too-large`',
      async run({ deployment }) {
        const message = messageOf('nobody', MAX_MESSAGE_BYTES + 1);
        const problem = await problemOf(deployment.client.push(message));
        expectEqual('the answer', problem, { status: 413, code: 'too-large' });
      },
    },
    {
      name: `a uid of ${number.format(MAX_UID_BYTES)} bytes`,
      expected: '`delivered` 1',
      skipReason: ({ identity }) => (identity.kind === 'given' ? 'it needs a token of that uid' : undefined),
      async run(visit) {
        const random = visit.nobody();
        const uid = visit.own(random + 'u'.repeat(MAX_UID_BYTES - random.length));
        await visit.plain(uid);
        expectEqual('the answer', await visit.deployment.client.push({ uid }), deliveredTo(uid, 1));
      },
    },
    {
      name: `a uid of ${number.format(MAX_UID_BYTES + 1)} bytes`,
      expected: '400 `unusable-uid`',
      async run({ deployment }) {
        const problem = await problemOf(deployment.client.push({ uid: 'u'.repeat(MAX_UID_BYTES + 1) }));
        expectEqual('the answer', problem, { status: 400, code: 'unusable-uid' });
      },
    },
    {
      name: `${number.format(MAX_LINES_PER_REQUEST)} lines in a request`,
      expected: 'a result for each',
      async run(visit) {
        const uid = visit.nobody();
        const lines = Array.from({ length: MAX_LINES_PER_REQUEST }, () => ({ uid }));
        const results = await visit.deployment.client.pushMany(lines);
        expectEqual(
          'the results',
          results,
          lines.map(() => deliveredTo(uid, 0)),
        );
      },
    },
    {
      name: `${number.format(MAX_LINES_PER_REQUEST + 1)} lines in a request`,
      expected: '413 `too-large`',
      async run(visit) {
        const uid = visit.nobody();
        const lines = Array.from({ length: MAX_LINES_PER_REQUEST + 1 }, () => ({ uid }));
        const problem = await problemOf(visit.deployment.client.pushMany(lines));
        expectEqual('the answer', problem, { status: 413, code: 'too-large' });
      },
    },
  ],
};

/** A message of exactly so many bytes. */
function messageOf(uid: string, bytes: number): string {
  const start = `{"uid":${JSON.stringify(uid)},"text":"`;
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}
