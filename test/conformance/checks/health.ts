import type { CheckGroup } from '../check.ts';
import { expectEqual } from '../mismatch.ts';

export const health: CheckGroup = {
  name: 'health',
  checks: [
    {
      name: 'the push URL answers',
      expected: '`GET /health` → 200 `{"status":"ok"}`',
      async run({ deployment }) {
        expectEqual('the answer', await deployment.client.health(), { status: 'ok' });
      },
    },
  ],
};
