import { pathToFileURL } from 'node:url';
import { serve } from './process-side.ts';
import { uidWith } from './stub/query-answer.ts';

/**
 * A process of its own: loads a push handler, pushes one message after the other as it is asked, and reports what that
 * took.
 */

export type PushQuestion = {
  /** Of the uid that is pushed to. */
  connections: number;
  pushes: number;
};

export type PushAnswer = {
  /** Microseconds of user and system time, of each push on average. */
  cpuUs: number;
  /** Milliseconds of each push. */
  times: number[];
};

const { handler } = await import(pathToFileURL(process.argv[2] ?? '').href);

const context = {
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:push',
  getRemainingTimeInMillis: () => 25_000,
};

function eventTo(connections: number) {
  return {
    rawPath: '/push',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST' }, authorizer: { iam: {} } },
    body: JSON.stringify({ uid: uidWith(connections), text: 'x'.repeat(200) }),
    isBase64Encoded: false,
  };
}

async function push({ connections, pushes }: PushQuestion): Promise<PushAnswer> {
  const event = eventTo(connections);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let done = 0; done < pushes; done++) {
    const start = performance.now();
    const { statusCode, body } = await handler(event, context);
    times.push(performance.now() - start);
    if (statusCode !== 200 || JSON.parse(body).delivered !== connections) {
      throw new Error(`A push was answered ${statusCode} ${body}`);
    }
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: (user + system) / pushes, times };
}

serve({}, push);
