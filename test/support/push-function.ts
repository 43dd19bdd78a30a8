import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';
import { systemClock } from '../../local/clock.ts';
import { functionUrl } from '../../local/function-url/function-url.ts';
import {
  functionContext,
  functionEnvironment,
  type ServiceEndpoints,
} from '../../local/functions/function-environment.ts';
import { startFunction } from '../../local/functions/lambda-function.ts';
import { type Service, startServices } from '../../local/services.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { only } from '../../local/template/only.ts';
import { type Plan, planOf } from '../../local/template/plan.ts';

/** What the template declares. */
export async function plan(): Promise<Plan> {
  return planOf(await readAssembly(inject('assemblyDirectory')));
}

export type PushFunction = Service & {
  /** `http://127.0.0.1:<port>/` */
  url: string;
  /** What the function has written. */
  log: string[];
};

/**
 * The push function alone behind its URL: the bundle that would be deployed, in its template's environment with `environment` on top,
 * and with the AWS services that it calls at `endpoints`. With `logicalIdStart`, another function that has a URL; with `qualifier`, called
 * as that alias or version; with `timeoutMs`, in place of its template's timeout.
 */
export function startPushFunction(
  endpoints: ServiceEndpoints,
  environment: Record<string, string>,
  {
    logicalIdStart = 'UidPushFunction',
    qualifier,
    timeoutMs,
    plan: planned = plan(),
  }: {
    logicalIdStart?: string;
    qualifier?: string | undefined;
    timeoutMs?: number;
    plan?: Promise<Plan>;
  } = {},
): Promise<PushFunction> {
  return startServices(async (services) => {
    const { functions, functionUrls } = await planned;
    const push = only(
      functions.filter(({ logicalId }) => logicalId.startsWith(logicalIdStart)),
      `function ${logicalIdStart}`,
    );
    const { url } = only(
      functionUrls.filter(({ functionArn }) => functionArn === push.arn),
      'URL of the function',
    );
    const log: string[] = [];
    const fn = services.addStarted(
      startFunction({
        ...push,
        ...(timeoutMs !== undefined && { timeoutMs }),
        context: functionContext({ ...push, arn: [push.arn, ...(qualifier ? [qualifier] : [])].join(':') }),
        environment: { ...functionEnvironment(push, endpoints), ...environment },
        onLog: (line) => log.push(line),
      }),
    );
    await fn.warmUp();
    const handle = functionUrl({ url, invoke: fn.invoke, clock: systemClock });
    const server = createServer((request, response) => void handle(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    services.addStarted({
      stop: async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      },
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, log };
  });
}
