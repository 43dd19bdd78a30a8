import { randomUUID } from 'node:crypto';
import type { GroupPushResult } from '../../../protocol/answers/groups.ts';
import type { Browser } from '../browser.ts';
import type { Check, CheckGroup } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { expectEqual } from '../mismatch.ts';
import type { Visit } from '../visit.ts';
import { eventually } from '../within.ts';
import { problemOf } from './problem-of.ts';

function skipReason({ groups }: Deployment): string | undefined {
  return groups === 'none' ? 'no --groups: the stack has none' : undefined;
}

/** Of what a page does that may join. */
const joinsSkipReason: Check['skipReason'] = (deployment) =>
  skipReason(deployment) ?? (mayJoin(deployment) ? undefined : noJoins(deployment));

function mayJoin({ identity, groups }: Deployment): boolean {
  return identity.kind === 'signed' || (identity.kind === 'claimed' && groups === 'claimed');
}

const noJoins = ({ identity }: Deployment) =>
  identity.kind === 'given'
    ? 'it needs tokens with a claim, which the suite can’t make'
    : 'no --claimed-groups: pages join nothing';

function pushedTo(group: string, counts: Partial<GroupPushResult>): GroupPushResult {
  return { group, delivered: 0, gone: 0, failed: 0, excluded: 0, ...counts };
}

/** What a `join` or a `leave` is answered, without words for people. */
/** The row of a connection in a group comes after that in its uid, and nothing tells a plain page of either. */
async function isIn(visit: Visit, group: string, count: number): Promise<void> {
  await eventually(
    `${count} connections in the group`,
    () => visit.deployment.client.groups.members(group),
    ({ connections }) => connections === count,
  );
}

/** A plain page of a uid that a backend has put into a group. */
async function plainMember(visit: Visit): Promise<{ group: string; browser: Browser }> {
  const group = visit.newGroup();
  const uid = await visit.newUid();
  await visit.deployment.client.groups.add(group, uid);
  const browser = await visit.plain(uid);
  await isIn(visit, group, 1);
  return { group, browser };
}

async function answerTo(browser: Browser, action: 'join' | 'leave', group: unknown): Promise<object> {
  browser.send(JSON.stringify({ action, group }));
  const { message, ...answer } = await browser.nextFrame();
  return answer;
}

/** A page whose token, where it has one, names these groups. */
async function page(visit: Visit, ...groups: string[]): Promise<{ uid: string; browser: Browser }> {
  const uid = await visit.newUid();
  return { uid, browser: (await visit.framed(uid, undefined, { groups })).browser };
}

export const groups: CheckGroup = {
  name: 'groups',
  checks: [
    {
      name: 'a uid that a backend puts in, and takes out',
      expected: 'gets what is pushed meanwhile, verbatim and once, on a connection that comes later, too',
      skipReason,
      async run(visit) {
        const group = visit.newGroup();
        const uid = await visit.newUid();
        const { groups } = visit.deployment.client;
        const before = visit.deployment.sessions === 'single' ? [] : [await visit.plain(uid)];
        const put = await groups.add(group, uid);
        expectEqual('the answer', put, { group, uid, connections: before.length });
        const browsers = [...before, await visit.plain(uid)];
        await isIn(visit, group, browsers.length);
        const text = `{"conformance" : "${randomUUID()}", "n":9007199254740993}`;
        const delivered = browsers.length;
        expectEqual('the push', await groups.push(group, text), pushedTo(group, { delivered }));
        for (const browser of browsers) expectEqual('the message', await browser.next(), text);
        expectEqual('the removal', await groups.remove(group, uid), { group, uid, connections: delivered });
        expectEqual('the push after it', await groups.push(group, text), pushedTo(group, {}));
        for (const browser of browsers) await browser.silence();
      },
    },
    {
      name: 'members, counts and the groups of a uid',
      expected: 'each member once, page by page, with its time',
      skipReason,
      async run(visit) {
        const group = visit.newGroup();
        const { groups } = visit.deployment.client;
        const [first, second] = [visit.nobody(), visit.nobody()];
        await groups.add(group, first);
        const { until = '' } = await groups.add(group, second, { ttlSeconds: 600 });
        const page = await groups.members(group, { limit: 1 });
        const { added, connections, members, after = '' } = page;
        expectEqual('the counts', { added, connections }, { added: 2, connections: 0 });
        const rest = await groups.members(group, { limit: 1, after });
        const found = [...members, ...rest.members].sort((a, b) =>
          a.uid === first ? -1 : b.uid === first ? 1 : 0,
        );
        const member = { connections: 0, added: true };
        expectEqual('the members', found, [
          { uid: first, ...member },
          { uid: second, ...member, until },
        ]);
        expectEqual('the groups', await groups.of(second), {
          uid: second,
          groups: [{ group, added: true, until }],
        });
      },
    },
    {
      name: 'a push without a device',
      expected: 'does not reach it, and counts it as excluded',
      skipReason,
      async run(visit) {
        const group = visit.newGroup();
        const uid = await visit.newUid();
        const { groups } = visit.deployment.client;
        await groups.add(group, uid);
        const { browser } = await visit.framed(uid, undefined, { device: 'laptop' });
        const without = await groups.push(group, { n: 1 }, { except: 'laptop' });
        expectEqual('the push', without, pushedTo(group, { excluded: 1 }));
        const only = await groups.push(group, { n: 2 }, { only: 'laptop' });
        expectEqual('the push to it', only, pushedTo(group, { delivered: 1 }));
        expectEqual('the message', (await browser.nextFrame()).data, { n: 2 });
      },
    },
    {
      name: 'one `Idempotency-Key` twice',
      expected: 'the same answer, and it arrives once; with another message 422 `idempotency-key-reused`',
      skipReason,
      async run(visit) {
        const { groups } = visit.deployment.client;
        const { group, browser } = await plainMember(visit);
        const idempotencyKey = randomUUID();
        const push = (n: number) => groups.push(group, { n }, { idempotencyKey });
        const pushed = pushedTo(group, { delivered: 1 });
        expectEqual('the answers', [await push(1), await push(1)], [pushed, pushed]);
        const reused = { status: 422, code: 'idempotency-key-reused' };
        expectEqual('another message', await problemOf(push(2)), reused);
        expectEqual('the message', await browser.next(), '{"n":1}');
        await browser.silence();
      },
    },
    {
      name: 'a page that joins, and leaves',
      expected: '`joined`, gets what is pushed; `left`, gets nothing more',
      skipReason: joinsSkipReason,
      async run(visit) {
        const group = visit.newGroup();
        const { uid, browser } = await page(visit, group);
        const { groups } = visit.deployment.client;
        expectEqual('join', await answerTo(browser, 'join', group), { type: 'joined', group });
        expectEqual('the groups', await groups.of(uid), { uid, groups: [{ group, joined: 1 }] });
        const pushed = await groups.push(group, { n: 1 });
        expectEqual('the push', pushed, pushedTo(group, { delivered: 1 }));
        expectEqual('the message', (await browser.nextFrame()).data, { n: 1 });
        expectEqual('leave', await answerTo(browser, 'leave', group), { type: 'left', group });
        expectEqual('the push after it', await groups.push(group, { n: 2 }), pushedTo(group, {}));
        await browser.silence();
      },
    },
    {
      name: 'a page that closes',
      expected: 'is in no group any more, by `$disconnect` alone',
      skipReason: joinsSkipReason,
      async run(visit) {
        const group = visit.newGroup();
        const { uid, browser } = await page(visit, group);
        await answerTo(browser, 'join', group);
        await browser.close();
        await visit.presence(uid, 0);
        // Its rows in groups go after the one that presence tells of.
        await isIn(visit, group, 0);
      },
    },
    {
      name: 'joins that are refused',
      expected: '`refused` with its code each; the socket stays open, and gets pushes',
      skipReason,
      async run(visit) {
        const { deployment } = visit;
        const group = visit.newGroup();
        const stranger = await visit.socket();
        const refused = { type: 'refused', action: 'join', group };
        expectEqual('unregistered', await answerTo(stranger, 'join', group), {
          ...refused,
          code: 'not-registered',
        });
        const { uid, browser } = await page(visit, 'another-group');
        const names: unknown[] = ['', 7, 'x'.repeat(257)];
        for (const name of names) {
          const expected = { type: 'refused', action: 'join', code: 'unusable-group' };
          expectEqual('no name', await answerTo(browser, 'join', name), expected);
        }
        const code = codeOfForeignGroup(deployment);
        if (code !== undefined)
          expectEqual('a foreign group', await answerTo(browser, 'join', group), { ...refused, code });
        const { delivered } = await deployment.client.push({ uid });
        expectEqual('the connections that a push reaches', delivered, 1);
      },
    },
    {
      name: 'a page that would leave what a backend put it into',
      expected: '`refused` with `added-by-backend`',
      skipReason,
      async run(visit) {
        const group = visit.newGroup();
        const { uid, browser } = await page(visit, group);
        await visit.deployment.client.groups.add(group, uid);
        expectEqual('the answer', await answerTo(browser, 'leave', group), {
          ...{ type: 'refused', action: 'leave', group },
          code: 'added-by-backend',
        });
      },
    },
    {
      name: 'a group that is deleted',
      expected: 'has nobody in it',
      skipReason,
      async run(visit) {
        const { groups } = visit.deployment.client;
        const { group, browser } = await plainMember(visit);
        expectEqual('the answer', await groups.clear(group), { group, uids: 1, connections: 1 });
        expectEqual('the push', await groups.push(group, { n: 1 }), pushedTo(group, {}));
        await browser.silence();
      },
    },
  ],
};

/** With which a page is refused that is not in by its token; `undefined` where any may join. */
function codeOfForeignGroup({ identity, groups }: Deployment): string | undefined {
  if (identity.kind === 'signed') return 'group-not-in-token';
  if (identity.kind === 'given' || groups === 'claimed') return undefined;
  return 'joins-not-allowed';
}
