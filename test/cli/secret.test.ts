import { describe, expect, it } from 'vitest';
import { runStack } from '../e2e/running-stack.ts';
import { uidpush } from './uidpush.ts';

const stack = runStack({ context: { pushAuth: 'secret' } });

function pushWith(environment: Record<string, string>) {
  const { PushUrl } = stack.stack.outputs;
  return uidpush(['push', 'u1', '{}'], { UIDPUSH_PUSH_URL: PushUrl, ...environment });
}

describe('a stack with a push secret', () => {
  it('takes the one of the environment', async () => {
    const secret = stack.stack.secretValue(String(stack.stack.outputs.PushSecretName));
    expect(await pushWith({ UIDPUSH_SECRET: secret })).toMatchObject({ exitCode: 1, notes: '' });
  });

  it('refuses another with the exit code 3, its own words and what to do', async () => {
    const { exitCode, output, notes } = await pushWith({ UIDPUSH_SECRET: 'another-secret' });

    expect({ exitCode, output }).toEqual({ exitCode: 3, output: '' });
    expect(notes).toMatch(/^uidpush: .*no valid secret\. Set UIDPUSH_SECRET.*\n$/);
    expect(notes).not.toContain('another-secret');
  });
});
