import { expect, inject } from 'vitest';
import { type LocalStack, start } from '../../local/start.ts';
import type { PushResult } from '../../protocol/answers/push.ts';
import { patience } from '../support/patience.ts';

export { patience };

export function startStack(): Promise<LocalStack> {
  return start({
    host: '127.0.0.1',
    webSocketPort: 0,
    textPort: 0,
    httpPort: 0,
    identity: 'claimed',
    assemblyDirectory: inject('assemblyDirectory'),
  });
}

/** Registering is not answered, so this pushes until one push has arrived: `{"uid":…}` and nothing else. */
export async function waitUntilReachable(stack: LocalStack, uid: string): Promise<void> {
  await expect.poll(() => delivered(stack, uid), patience).toBe(1);
}

export async function delivered(stack: LocalStack, uid: string): Promise<number> {
  const response = await fetch(`${stack.outputs.PushUrl}push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uid }),
  });
  return ((await response.json()) as PushResult).delivered;
}
