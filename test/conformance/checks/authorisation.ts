import type { Check, CheckGroup } from '../check.ts';
import { clientOf } from '../deployment.ts';
import { expectEqual } from '../mismatch.ts';
import { problemOf } from './problem-of.ts';

const skipReason: Check['skipReason'] = ({ pushAuth }) =>
  pushAuth === 'open' ? 'signatures are checked by AWS, and this push URL is not AWS’s' : undefined;

/** AWS refuses with 403, before our function runs; our function with 401. */
const statusOf = { iam: 403, secret: 401, open: 200 } as const;

export const authorisation: CheckGroup = {
  name: 'authorisation',
  checks: [
    {
      name: 'a push with no credentials',
      expected: '403 (iam), 401 (secret); nothing is pushed',
      skipReason,
      async run({ deployment }) {
        const response = await fetch(new URL('push', deployment.pushUrl), {
          method: 'POST',
          body: '{"uid":"nobody"}',
          signal: AbortSignal.timeout(15_000),
        });
        await response.body?.cancel();
        expectEqual('the status', response.status, statusOf[deployment.pushAuth]);
      },
    },
    {
      name: 'a push with wrong credentials',
      expected: '403 (iam), 401 (secret); nothing is pushed',
      skipReason,
      async run(visit) {
        const { deployment } = visit;
        const wrong =
          deployment.pushAuth === 'secret'
            ? { secret: 'a-wrong-secret' }
            : { ...deployment.authorisation, credentials: async () => wrongCredentials };
        const problem = await problemOf(clientOf(deployment, wrong).push({ uid: visit.nobody() }));
        expectEqual('the status', problem?.status, statusOf[deployment.pushAuth]);
      },
    },
  ],
};

/**
 * An access key of the right form, and nobody's. Source:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
const wrongCredentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-wrong-key' };
