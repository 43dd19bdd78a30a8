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
      name: 'an envelope to uids',
      expected: 'the message arrives verbatim; the counts, or `ok`',
      skipReason,
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const nobody = visit.nobody();
        const counting = `{"uids":["${uid}","${nobody}"],"message":{ "n": 1 },"counts":true}`;
        const [counts = '', ...others] = await answersTo(
          visit.deployment,
          counting,
          `{"uids":["${uid}"],"message":{"n":2}}`,
          `{"uids":["${nobody}"],"message":{}}`,
          `{"uids":["${uid}"],"message":{},"exept":"x"}`,
        );
        const { delivered, offline } = JSON.parse(counts);
        expectEqual('the counts', { delivered, offline }, { delivered: 1, offline: [nobody] });
        expectEqual('the other answers', others, ['ok', 'fail', 'fail']);
        expectEqual('the messages', [await browser.next(), await browser.next()], ['{ "n": 1 }', '{"n":2}']);
      },
    },
    {
      name: 'an envelope to a group',
      expected: 'the message arrives verbatim; `ok`, and `fail` once nobody is in it',
      skipReason: (deployment) =>
        skipReason(deployment) ??
        (deployment.groups === 'none' ? 'no --groups: the stack has none' : undefined),
      async run(visit) {
        const group = visit.newGroup();
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        const { client } = visit.deployment;
        await client.groups.add(group, uid);
        const line = `{"group":"${group}","message":{ "n": 1 }}`;
        expectEqual('the answer', await answersTo(visit.deployment, line), ['ok']);
        expectEqual('the message', await browser.next(), '{ "n": 1 }');
        await client.groups.remove(group, uid);
        expectEqual('the answer after it', await answersTo(visit.deployment, line), ['fail']);
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
