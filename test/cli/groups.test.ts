import { describe, expect, it } from 'vitest';
import { MAX_MEMBERSHIP_SECONDS, MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { runStack } from '../e2e/running-stack.ts';
import { startUidpush, uidpush } from './uidpush.ts';

const stack = runStack({ context: { groups: 'true' } });
const environment = () => ({ UIDPUSH_PUSH_URL: stack.stack.outputs.PushUrl });

function run(...args: string[]) {
  return uidpush(['groups', ...args], environment());
}

/** How it ended, and its lines of JSON. */
async function told(...args: string[]): Promise<[number | null, ...unknown[]]> {
  const { exitCode, output } = await run(...args);
  return [exitCode, ...output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))];
}

describe('uidpush groups', () => {
  it('add puts a uid in, with all its connections, and remove takes it out', async () => {
    await stack.browser('member');
    expect(await told('add', 'a room', 'member')).toEqual([
      0,
      { group: 'a room', uid: 'member', connections: 1 },
    ]);
    expect(await told('add', 'a room', 'away', '--ttl', '600')).toEqual([
      0,
      { group: 'a room', uid: 'away', connections: 0, until: expect.stringMatching(/Z$/) },
    ]);
    expect(await told('show', 'a room')).toEqual([0, { group: 'a room', added: 2, connections: 1 }]);
    expect(await told('remove', 'a room', 'member')).toEqual([
      0,
      { group: 'a room', uid: 'member', connections: 1 },
    ]);
    expect(await told('show', 'a room')).toEqual([0, { group: 'a room', added: 1, connections: 0 }]);
  });

  it('push sends the message verbatim, but for those to leave out, and ends with 1 when nobody got it', async () => {
    const browser = await stack.browser('pushed');
    await stack.json('PUT', 'groups/pushes/uids/pushed');
    const { connections } = await stack.json<{ connections: { id: string }[] }>('GET', 'uids/pushed');
    const counts = { group: 'pushes', delivered: 1, gone: 0, failed: 0, excluded: 0 };

    expect(await told('push', 'pushes', '{"n" : 1.0}')).toEqual([0, counts]);
    const input = startUidpush(['groups', 'push', 'pushes', '-'], environment());
    input.child.stdin.end('{"n" : 2.0}');
    expect(await input.ended).toMatchObject({ exitCode: 0 });
    expect([await browser.next(), await browser.next()]).toEqual(['{"n" : 1.0}', '{"n" : 2.0}']);

    expect(await told('push', 'pushes', '{}', '--except', connections[0]!.id)).toEqual([
      1,
      { ...counts, delivered: 0, excluded: 1 },
    ]);
    expect(await told('push', 'nobody', '{}')).toMatchObject([1, { group: 'nobody', delivered: 0 }]);
  });

  it('push is done once with --idempotency-key', async () => {
    const browser = await stack.browser('once');
    await stack.json('PUT', 'groups/once/uids/once');
    const push = () => run('push', 'once', '{"n":1}', '--idempotency-key', 'k1');

    expect(await push()).toEqual(await push());
    await run('push', 'once', '{"n":2}');
    expect([await browser.next(), await browser.next()]).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('members prints a line for each, of all pages, and delete takes everybody out', async () => {
    const uids = Array.from({ length: MAX_UIDS_PER_PAGE + 2 }, (_, n) => `m${n}`);
    await Promise.all(uids.map((uid) => stack.json('PUT', `groups/crowd/uids/${uid}`)));

    const [exitCode, ...members] = await told('members', 'crowd');
    expect(exitCode).toBe(0);
    expect(members).toContainEqual({ uid: 'm7', connections: 0, added: true });
    expect(members.map((member) => (member as { uid: string }).uid).sort()).toEqual(uids.sort());

    expect(await told('delete', 'crowd')).toEqual([0, { group: 'crowd', uids: uids.length, connections: 0 }]);
    expect(await told('members', 'crowd')).toEqual([1]);
    expect(await told('delete', 'crowd')).toEqual([1, { group: 'crowd', uids: 0, connections: 0 }]);
    expect(await told('show', 'crowd')).toEqual([1, { group: 'crowd', added: 0, connections: 0 }]);
  });

  it('of prints a line for each group of a uid', async () => {
    await stack.json('PUT', 'groups/first/uids/in-two');
    await stack.json('PUT', 'groups/second/uids/in-two');

    const [exitCode, ...groups] = await told('of', 'in-two');
    expect(exitCode).toBe(0);
    expect(groups).toHaveLength(2);
    expect(groups).toEqual(
      expect.arrayContaining([
        { group: 'first', added: true },
        { group: 'second', added: true },
      ]),
    );
    expect(await told('of', 'in-none')).toEqual([1]);
  });

  it.each([
    ['add room'],
    ['add room u1 --ttl 0'],
    [`add room u1 --ttl ${MAX_MEMBERSHIP_SECONDS + 1}`],
    ['add .. u1'],
    ['remove room'],
    ['push room'],
    ['push room [1]'],
    ['push room {oops'],
    ['members'],
    ['nonsense'],
  ])('%s ends with 2 and does nothing', async (line) => {
    const { exitCode, output, notes } = await run(...line.split(' '));
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(notes).not.toBe('');
  });

  it('ends with 3 and the reason when it is refused', async () => {
    for (let n = 0; n < 16; n++) await stack.json('PUT', `groups/full-${n}/uids/full`);

    expect(await run('add', 'full-16', 'full')).toMatchObject({
      exitCode: 3,
      output: '',
      notes: expect.stringContaining('at most 16 groups'),
    });
  });
});
