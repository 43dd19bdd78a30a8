import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';
import { functionUrl } from '../../local/function-url/function-url.ts';
import {
  functionContext,
  functionEnvironment,
  type ServiceEndpoints,
} from '../../local/functions/function-environment.ts';
import { startFunction } from '../../local/functions/lambda-function.ts';
import { type Service, startServices } from '../../local/services.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import type { FunctionUrlAuthType } from '../../local/template/function-url-plan.ts';
import { only } from '../../local/template/only.ts';
import { type Plan, planOf } from '../../local/template/plan.ts';
import { systemClock } from '../../protocol/clock.ts';

/** What runs without an alias. */
export const latest = '$LATEST';

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

export type PushFunctionOptions = {
  /** Another function that has a URL. */
  logicalIdStart?: string;
  /** The alias or version that it is called as. */
  qualifier?: string | undefined;
  /** In place of its template's timeout. */
  timeoutMs?: number;
  /** How its URL is set, in place of what fits `PUSH_AUTH`. */
  authType?: FunctionUrlAuthType;
  /** Whether requests without a signature count as signed. @default true */
  acceptsUnsigned?: boolean;
  /** In place of the template of the tests. */
  plan?: Promise<Plan>;
};

/**
 * The push function alone behind its URL: the bundle that would be deployed, in its template's environment with
 * `environment` on top, and with the AWS services that it calls at `endpoints`.
 */
export function startPushFunction(
  endpoints: ServiceEndpoints,
  environment: Record<string, string>,
  {
    logicalIdStart = 'UidPushFunction',
    qualifier,
    timeoutMs,
    authType,
    acceptsUnsigned = true,
    plan: planned = plan(),
  }: PushFunctionOptions = {},
): Promise<PushFunction> {
  return startServices(async (services) => {
    const { functions, functionUrls } = await planned;
    const push = only(
      functions.filter(
        ({ logicalId, version }) => version !== latest && logicalId.startsWith(logicalIdStart),
      ),
      `function ${logicalIdStart}`,
    );
    const { url, ...declared } = only(
      functionUrls.filter(({ functionArn }) => functionArn === push.arn),
      'URL of the function',
    );
    const ownArn = push.arn.replace(/:live$/, '');
    const log: string[] = [];
    const fn = services.addStarted(
      startFunction({
        ...push,
        ...(timeoutMs !== undefined && { timeoutMs }),
        context: functionContext({ ...push, arn: [ownArn, ...(qualifier ? [qualifier] : [])].join(':') }),
        environment: { ...functionEnvironment(push, endpoints), ...environment },
        onLog: (line) => log.push(line),
      }),
    );
    await fn.warmUp();
    const handle = functionUrl({
      url,
      authType: authType ?? (environment.PUSH_AUTH === 'secret' ? 'NONE' : declared.authType),
      acceptsUnsigned,
      invoke: fn.invoke,
      clock: systemClock,
    });
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
