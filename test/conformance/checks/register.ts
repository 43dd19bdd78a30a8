import * as v from 'valibot';
import type { Check, CheckGroup } from '../check.ts';
import { expectEqual, expectThat, shown } from '../mismatch.ts';
import type { Visit } from '../visit.ts';

const lifeMs = 2 * 60 * 60_000;
/** For clocks that differ, as AWS grants them to signatures. */
const clockToleranceMs = 5 * 60_000;

const registeredFrame = v.looseObject({
  type: v.literal('registered'),
  uid: v.string(),
  connectionId: v.pipe(v.string(), v.nonEmpty()),
  now: v.number(),
  connectionExpiresAt: v.number(),
  credentialExpiresAt: v.optional(v.number()),
});

/** A frame that proves nothing, and how it is answered. */
function refused(name: string, code: string, options: Pick<Check, 'skipReason'>, frame: object): Check {
  return {
    name,
    expected: `error \`${code}\`, closed with 1000`,
    ...options,
    async run(visit) {
      const browser = await visit.socket();
      browser.send(JSON.stringify({ action: 'register', ...frame }));
      const { type, code: found } = await browser.nextFrame();
      expectEqual('the answer', { type, code: found }, { type: 'error', code });
      expectEqual('the close code', await browser.closedWith(), 1000);
    },
  };
}

const onlyTokens: Check['skipReason'] = ({ identity }) =>
  identity.kind === 'claimed' ? 'uids are claimed here, not proven' : undefined;
const onlyClaims: Check['skipReason'] = ({ identity }) =>
  identity.kind === 'claimed' ? undefined : 'uids are proven here, not claimed';

export const register: CheckGroup = {
  name: 'register',
  checks: [
    {
      name: 'plain',
      expected: 'online; nothing is answered',
      async run(visit) {
        const browser = await visit.plain(await visit.newUid());
        await browser.silence();
      },
    },
    {
      name: 'framed',
      expected: '`registered` with its uid, connection and ends',
      async run(visit) {
        const uid = await visit.newUid();
        const { registered } = await visit.framed(uid);
        expectThat(v.is(registeredFrame, registered), `the frame has other members: ${shown(registered)}`);
        expectEqual('the uid', registered.uid, uid);
        expectNear('now', registered.now, Date.now(), clockToleranceMs);
        expectNear(
          'the end of the connection',
          registered.connectionExpiresAt,
          registered.now + lifeMs,
          60_000,
        );
        const hasEnd = registered.credentialExpiresAt !== undefined;
        expectEqual('a credential’s end', hasEnd, visit.deployment.identity.kind !== 'claimed');
        const { connections } = await visit.presence(uid);
        expectEqual('the connections of the uid', idsOf(connections), [registered.connectionId]);
      },
    },
    {
      name: '`check`',
      expected: '`checked`: whether pushes reach the connection',
      async run(visit) {
        const check = '{"action":"check"}';
        const stranger = await visit.socket();
        stranger.send(check);
        expectEqual('unregistered', await stranger.nextFrame(), { type: 'checked', registered: false });
        const { browser } = await visit.framed(await visit.newUid());
        // Both rows are written before `registered`, and read strongly consistent.
        browser.send(check);
        const { latest, ...answer } = await browser.nextFrame();
        expectEqual('registered', answer, { type: 'checked', registered: true });
      },
    },
    {
      name: 'a second registration as another uid',
      expected: 'error `other-uid`, closed with 1000',
      skipReason: ({ identity }) => (identity.kind === 'given' ? 'it needs tokens of two uids' : undefined),
      async run(visit) {
        const { browser } = await visit.framed(await visit.newUid());
        browser.send(await visit.registerFrame(await visit.newUid()));
        expectEqual('the code', (await browser.nextFrame()).code, 'other-uid');
        expectEqual('the close code', await browser.closedWith(), 1000);
      },
    },
    refused('a frame without a credential', 'bad-frame', {}, {}),
    refused('a token that is none', 'token-malformed', { skipReason: onlyTokens }, { token: 'none' }),
    refused('an empty uid', 'unusable-uid', { skipReason: onlyClaims }, { uid: '' }),
    {
      name: 'a raw uid where a token is wanted',
      expected: 'nobody is registered',
      skipReason: onlyTokens,
      async run(visit) {
        const uid = visit.nobody();
        const browser = await visit.socket();
        browser.send(uid);
        await browser.silence();
        await expectOffline(visit, uid);
      },
    },
  ],
};

function expectNear(what: string, found: number, expected: number, toleranceMs: number): void {
  const isNear = Math.abs(found - expected) <= toleranceMs;
  expectThat(isNear, `${what}: expected ${expected} ± ${toleranceMs}, found ${found}`);
}

function idsOf(connections: readonly { id: string }[]): string[] {
  return connections.map(({ id }) => id);
}

async function expectOffline(visit: Visit, uid: string): Promise<void> {
  expectEqual('the presence', await visit.presence(uid), { uid, online: false, connections: [] });
}
