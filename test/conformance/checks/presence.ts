import type { CheckGroup } from '../check.ts';
import { expectEqual, expectThat } from '../mismatch.ts';
import type { Visit } from '../visit.ts';
import { eventually } from '../within.ts';
import { problemOf } from './problem-of.ts';

/** For clocks that differ, as AWS grants them to signatures. */
const clockToleranceMs = 5 * 60_000;

/** Pages of who is online that are read in search of one uid, 500 to a page. */
const maxPages = 1_000;

export const presence: CheckGroup = {
  name: 'presence',
  checks: [
    {
      name: 'of a uid that is online',
      expected: 'its connection, since just now',
      async run(visit) {
        const uid = await visit.newUid();
        const { registered } = await visit.framed(uid);
        const { online, connections } = await visit.presence(uid);
        expectEqual('online', online, true);
        expectEqual(
          'the connections',
          connections.map(({ id }) => id),
          [registered.connectionId],
        );
        const [connection] = connections;
        const age = Date.now() - Date.parse(connection?.since ?? '');
        expectThat(Math.abs(age) < clockToleranceMs, `since: expected just now, found ${connection?.since}`);
      },
    },
    {
      name: 'of nobody',
      expected: '`online` false',
      async run(visit) {
        const uid = visit.nobody();
        expectEqual('the answer', await visit.presence(uid), { uid, online: false, connections: [] });
      },
    },
    {
      name: 'of two uids in one request, and of all',
      expected: 'the one that is online, and a count with it',
      async run(visit) {
        const uid = await visit.newUid();
        await visit.framed(uid);
        const { presence: queries } = visit.deployment.client;
        const { online } = await eventually(
          'the uid to be online',
          () => queries.of([uid, visit.nobody()]),
          (found) => found.online.length > 0,
        );
        expectEqual(
          'the uids that are online',
          online.map((one) => one.uid),
          [uid],
        );
        const { uids, connections } = await queries.count();
        expectThat(
          uids > 0 && connections > 0,
          `the counts: expected 1 at least, found ${uids}, ${connections}`,
        );
      },
    },
    {
      name: 'after a page has left',
      expected: 'offline, by `$disconnect` alone',
      async run(visit) {
        const uid = await visit.newUid();
        const browser = await visit.plain(uid);
        await browser.close();
        await visit.presence(uid, 0);
      },
    },
    {
      name: 'the list of who is online',
      expected: 'has the uid, with 1 connection',
      async run(visit) {
        const uid = await visit.newUid();
        await visit.plain(uid);
        expectEqual('the uid in the list', await inList(visit, uid), { uid, connections: 1 });
      },
    },
    {
      name: 'a push, a list and a kick without one of two devices',
      expected: 'reach and name the other, and count one as excluded',
      skipReason: ({ sessions }) => (sessions === 'single' ? 'the stack has sessions=single' : undefined),
      async run(visit) {
        const uid = await visit.newUid();
        const { browser: phone } = await visit.framed(uid, undefined, { device: 'phone' });
        await visit.framed(uid, undefined, { device: 'laptop' });
        const { client } = visit.deployment;
        const counts = { gone: 0, failed: 0, excluded: 1 };
        const pushed = await client.push({ uid, n: 1 }, { except: 'laptop' });
        expectEqual('the push', pushed, { uid, delivered: 1, ...counts });
        expectEqual('what the phone received', (await phone.nextFrame()).type, 'message');
        const { excluded, connections } = await client.online(uid, { only: 'phone' });
        expectEqual('excluded of the list', excluded, 1);
        expectEqual('the device', connections[0]?.device, 'phone');
        const closed = await client.disconnect(uid, { except: 'laptop' });
        expectEqual('the kick', closed, { uid, closed: 1, ...counts });
        expectEqual('the code', (await phone.nextFrame()).code, 'disconnected');
      },
    },
    {
      name: 'kick',
      expected: 'error `disconnected`, closed with 1000, `closed` 1, offline',
      async run(visit) {
        const uid = await visit.newUid();
        const { browser } = await visit.framed(uid);
        const result = await visit.deployment.client.disconnect(uid);
        expectEqual('the answer', result, { uid, closed: 1, gone: 0, failed: 0 });
        expectEqual('the code', (await browser.nextFrame()).code, 'disconnected');
        expectEqual('the close code', await browser.closedWith(), 1000);
        await visit.presence(uid, 0);
      },
    },
    {
      name: 'closing one of two connections by its id',
      expected: 'error `disconnected`, closed with 1000, `closed` 1; the other stays',
      skipReason: ({ sessions }) => (sessions === 'single' ? 'the stack has sessions=single' : undefined),
      async run(visit) {
        const uid = await visit.newUid();
        const { browser, registered } = await visit.framed(uid);
        await visit.framed(uid);
        const connection = String(registered.connectionId);
        const result = await visit.deployment.client.closeConnection(connection);
        expectEqual('the answer', result, { connection, uid, closed: 1, gone: 0, failed: 0 });
        expectEqual('the code', (await browser.nextFrame()).code, 'disconnected');
        expectEqual('the close code', await browser.closedWith(), 1000);
        await visit.presence(uid, 1);
      },
    },
    {
      name: 'closing a connection that never was',
      expected: '404 `unknown-connection`',
      async run({ deployment }) {
        const problem = await problemOf(deployment.client.closeConnection('never-was'));
        expectEqual('the answer', problem, { status: 404, code: 'unknown-connection' });
      },
    },
  ],
};

/** How the uid is listed; `undefined` when it isn't. */
async function inList({ deployment }: Visit, uid: string) {
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await deployment.client.onlineUids({ limit: 500, ...(after !== undefined && { after }) });
    const found = page.uids.find((one) => one.uid === uid);
    if (found || page.after === undefined) return found;
    after = page.after;
  }
  return undefined;
}
