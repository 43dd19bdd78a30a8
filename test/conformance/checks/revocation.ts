import type { CheckGroup } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { registerFrameOf } from '../identity.ts';
import { expectEqual } from '../mismatch.ts';
import type { Visit } from '../visit.ts';

/** Tokens of one uid are made for these checks, which needs the secret. */
function skipReason({ hasRevocation, identity }: Deployment): string | undefined {
  if (!hasRevocation) return 'no --revocation: the stack can’t revoke tokens';
  return identity.kind === 'signed'
    ? undefined
    : 'tokens of many uids are needed, which the suite can’t make';
}

/** The answer to a registration with a token, and the socket's close code where it is refused. */
async function answerTo(
  visit: Visit,
  token: string,
): Promise<{ code?: unknown; type: unknown; closed?: number }> {
  const browser = await visit.socket();
  browser.send(registerFrameOf(visit.deployment.identity, token, undefined));
  const { type, code } = await browser.nextFrame();
  return type === 'error' ? { type, code, closed: await browser.closedWith() } : { type };
}

export const revocation: CheckGroup = {
  name: 'revocation',
  checks: [
    {
      name: 'a token from before the log-out',
      expected: 'error `token-revoked`, closed with 1000',
      skipReason,
      async run(visit) {
        const uid = await visit.newUid();
        const token = await visit.credential(uid);
        expectEqual('before', await answerTo(visit, token), { type: 'registered' });
        const { closed } = await visit.deployment.client.disconnect(uid, { revoke: true });
        expectEqual('closed', closed, 1);
        const refused = { type: 'error', code: 'token-revoked', closed: 1000 };
        expectEqual('after', await answerTo(visit, token), refused);
      },
    },
    {
      name: 'a uid that is blocked, until that ends',
      expected: 'error `blocked`, closed with 1000; then registered',
      skipReason,
      async run(visit) {
        const uid = await visit.newUid();
        const { client } = visit.deployment;
        await client.disconnect(uid, { blockSeconds: 60 });
        const refused = { type: 'error', code: 'blocked', closed: 1000 };
        expectEqual('blocked', await answerTo(visit, await visit.credential(uid)), refused);
        await client.disconnect(uid, { blockSeconds: 0 });
        expectEqual('later', await answerTo(visit, await visit.credential(uid)), { type: 'registered' });
      },
    },
  ],
};
