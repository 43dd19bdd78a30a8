import { describe, test } from 'vitest';
import { totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { createToken } from '../../client/backend/create-token.ts';
import { CountedStack } from './counted-stack.ts';

const counted = new CountedStack({ identity: 'token', context: { revocation: 'true' } });
const { stack } = counted;

/** A registration with a token, on a connection that is open. */
async function register(uid: string, isFramed: boolean): Promise<void> {
  const { outputs, secretValue } = stack.stack;
  const token = await createToken({ uid, secret: secretValue(outputs.TokenSecretName!) });
  const browser = await counted.connected();
  counted.online.push(browser);
  counted.send(browser, isFramed ? JSON.stringify({ action: 'register', token }) : token);
}

describe('where tokens can be revoked, AWS is asked for one read more by', () => {
  test('a browser that registers', async () => {
    const expected = {
      ...totalOf([1, usage.connectAnyOrigin], [1, usage.registerFramed], [1, usage.readRevocation]),
      'secretsmanager.GetSecretValue': 2,
    };
    await counted.expectCalls(() => register('framed', true), expected);
  });

  test('a plain browser that registers', async () => {
    await counted.expectCalls(
      () => register('plain', false),
      totalOf([1, usage.connectAnyOrigin], [1, usage.registerPlain], [1, usage.readRevocation]),
    );
  });

  test('a logout for good, with two writes', async () => {
    await counted.expectCalls(
      () => stack.request('DELETE', 'uids/nobody?revoke'),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.revoke]),
    );
  });

  test('a block, with two writes', async () => {
    await counted.expectCalls(
      () => stack.request('DELETE', 'uids/nobody?block=60'),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.revoke]),
    );
  });
});
