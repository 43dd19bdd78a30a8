import type { Check, CheckGroup } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { expectEqual } from '../mismatch.ts';
import { TextProgram } from '../text-program.ts';

const skipReason: Check['skipReason'] = ({ text }) => ('unavailable' in text ? text.unavailable : undefined);

/** What the lines are answered, on a connection of their own. */
async function answersTo({ text }: Deployment, ...lines: string[]): Promise<(string | undefined)[]> {
  if ('unavailable' in text) throw new Error(text.unavailable);
  const program = await TextProgram.connect(text.address);
  try {
    return await program.answersTo(...lines);
  } finally {
    program.end();
  }
}

export const text: CheckGroup = {
  name: 'text',
  checks: [
    {
      name: 'lines to a uid, to nobody, and bad ones',
      expected: '`ok` or `fail` for each, in order; the good ones arrive',
      skipReason,
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const [first, last] = [1, 2].map((n) => JSON.stringify({ uid, n })) as [string, string];
        const nobody = JSON.stringify({ uid: visit.nobody() });
        const answers = await answersTo(visit.deployment, first, nobody, '{oops', '{"uid":[1]}', last);
        expectEqual('the answers', answers, ['ok', 'fail', 'fail', 'fail', 'ok']);
        expectEqual('the messages', [await browser.next(), await browser.next()], [first, last]);
      },
    },
    {
      name: 'a line without the secret',
      expected: '`fail`',
      skipReason(deployment) {
        const { text } = deployment;
        if ('unavailable' in text) return text.unavailable;
        return text.address.secret === undefined ? 'the endpoint has no secret' : undefined;
      },
      async run(visit) {
        const { text, ...rest } = visit.deployment;
        if ('unavailable' in text) return;
        const { secret, ...address } = text.address;
        const uid = await visit.newUid();
        await visit.plain(uid);
        const answers = await answersTo({ ...rest, text: { address } }, JSON.stringify({ uid }));
        expectEqual('the answers', answers, ['fail']);
      },
    },
  ],
};
