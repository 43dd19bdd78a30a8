import { join } from 'node:path';
import { type Clock, systemClock } from '../protocol/clock.ts';
import { startAwsServices } from './aws-services.ts';
import { startDistribution } from './distribution/distribution.ts';
import { functionUrl, type HandleRequest } from './function-url/function-url.ts';
import type { FunctionUrlFaults } from './function-url/function-url-faults.ts';
import type { FunctionActivity } from './functions/function-activity.ts';
import type { FunctionFaults } from './functions/function-faults.ts';
import type { Invoke } from './functions/function-outcome.ts';
import { InvokeError } from './functions/invoke-error.ts';
import { LambdaFunctions } from './functions/lambda-functions.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway/gateway.ts';
import type { RouteTarget } from './gateway/routes.ts';
import { hostAndPort } from './host-and-port.ts';
import { startHttpServer } from './http-server.ts';
import { listenError } from './listen-error.ts';
import { type LocalAddress, localisedPlan } from './localised-plan.ts';
import { startQueueMetrics, withEmbeddedMetrics } from './metrics/stack-metrics.ts';
import { type Outputs, outputOf, outputsOf } from './outputs.ts';
import { startEventSource } from './queue/event-source.ts';
import { startSchedule } from './schedule/schedule.ts';
import type { Secrets } from './secrets/secrets.ts';
import { type Services, startServices } from './services.ts';
import { contextOf, synthesizeOnce } from './synthesize.ts';
import type { TableFaults } from './table/table-faults.ts';
import { readAssembly } from './template/assembly.ts';
import type { DistributionPlan } from './template/distribution-plan.ts';
import type { FunctionUrlPlan } from './template/function-url-plan.ts';
import { only } from './template/only.ts';
import { type Plan, planOf } from './template/plan.ts';
import { sqsHost } from './template/references.ts';
import type { FunctionTarget, WebSocketApiPlan } from './template/websocket-api-plan.ts';
import { startTextTask, type TextTask } from './text/text-task.ts';
import { workDirectory } from './work-directory.ts';

export type StartOptions = {
  host: string;
  /** Ports; 0: any free one. */
  webSocketPort: number;
  textPort: number;
  httpPort: number;
  /** The environment of the settings file. @default its `local`, with a text endpoint */
  environment?: string;
  /** How a connection proves its uid. @default as the environment says */
  identity?: 'claimed' | 'token';
  /** More flags that go before the environment's settings. @default none */
  context?: Record<string, string>;
  /** A cloud assembly to run. @default the CDK app's, synthesised unless one of the same sources is kept */
  assemblyDirectory?: string;
  /** Receives what functions and services write, line by line. */
  onLog?: (source: string, line: string) => void;
  /** Receives each invocation of a function, and each request that one makes. */
  onActivity?: (activity: FunctionActivity) => void;
  /** The clock of the schedules. @default the system's */
  scheduleClock?: Clock;
  /** The clock by which the queues' messages become visible again. @default the system's */
  queueClock?: Clock;
  /** Faults of the tables, for functions only. @default none */
  tableFaults?: TableFaults;
  /** Faults of the functions' invocations. @default none */
  functionFaults?: FunctionFaults;
  /** Faults of the push URL. @default none */
  functionUrlFaults?: FunctionUrlFaults;
  /** How often the text service is started again when it ends. @default 10 times */
  maxTextRestarts?: number;
  /** Ends the start; what has been started is stopped. */
  signal?: AbortSignal;
} & Pick<GatewayOptions, 'faults' | 'idleTimeoutMs' | 'lifetimeMs' | 'onMetric'>;

export type LocalStack = {
  outputs: Outputs;
  gateway: Gateway;
  functions: Pick<LambdaFunctions, 'killSandboxes'>;
  /** The text service's process, where the stack has a text endpoint. */
  text: Pick<TextTask, 'pid' | 'isRunning'> | undefined;
  /** The current value of the secret with this name. */
  secretValue: Secrets['valueOf'];
  /** Sets a new value of the secret; the one before it stays valid until the next. */
  putSecretValue: Secrets['put'];
  /** As the stack's own ids: `UidPushIdentityTokenSecret…`. */
  secretNames: string[];
  /** DynamoDB's address. */
  tableEndpoint: string;
  /** As the stack's own ids: `UidPushConnections…`. */
  tableNames: string[];
  /** Ends everything, in the reverse order of the start. */
  stop(): Promise<void>;
};

/**
 * Runs the stack that the CDK app declares on this machine. Rejects with a `ListenError`, a `SynthesisError`, a
 * `TemplateError`, a `TextProcessError` or the signal's reason; nothing is left running then.
 */
export function start(options: StartOptions): Promise<LocalStack> {
  return startServices((services) => startStack(options, services));
}

async function startStack(options: StartOptions, services: Services): Promise<Omit<LocalStack, 'stop'>> {
  const { host, webSocketPort, textPort, httpPort, assemblyDirectory, ...others } = options;
  const {
    environment,
    identity,
    context,
    onLog = () => {},
    onActivity,
    queueClock = systemClock,
    tableFaults,
    functionFaults,
    functionUrlFaults,
    maxTextRestarts,
    signal,
    ...gatewayOptions
  } = others;
  const { onMetric } = gatewayOptions;
  const clock = systemClock;
  const scheduleClock = options.scheduleClock ?? clock;
  const { path: directory } = await services.add(workDirectory());
  const assembly =
    assemblyDirectory ??
    (await synthesizeOnce(
      join(directory, 'assembly'),
      contextOf({ environment, identity, context }),
      signal,
    ));
  const plan = planOf(await readAssembly(assembly));
  const api = only(plan.webSocketApis, 'WebSocket API');
  const [url, narrowUrls] = functionUrlsOf(plan);

  const { tables, queues, buses, secrets, endpoints } = await services.add(
    startAwsServices(plan, { clock, queueClock, tableFaults, onLog, onMetric }),
  );
  const functions = services.addStarted(
    new LambdaFunctions({
      clock,
      onLog: withEmbeddedMetrics(onLog, onMetric),
      ...(onActivity && { onActivity }),
      ...(onMetric && { onMetric }),
      ...(functionFaults && { faults: functionFaults }),
    }),
  );
  const gateway = await services.add(
    startGateway({
      host,
      port: webSocketPort,
      apiId: api.apiId,
      stage: api.stage,
      hasExecuteApi: api.hasExecuteApi,
      domain: api.domain,
      routeSelectionExpression: api.routeSelectionExpression,
      routes: routesOf(api, functions),
      ...gatewayOptions,
    }).catch(listenError('webSocketPort', options)),
  );
  const requestsOf = (urlPlan: FunctionUrlPlan): HandleRequest =>
    functionUrl({
      url: urlPlan.url,
      authType: urlPlan.authType,
      // The show page and curl have no credentials; every caller that reaches this machine's port counts as its user.
      acceptsUnsigned: true,
      decodesPath: urlPlan.decodesPath,
      invoke: invokeOf(functions, urlPlan),
      clock,
      ...(functionUrlFaults && { faults: functionUrlFaults }),
    });
  const http = await services.add(
    startHttpServer({ host, port: httpPort, functionUrl: requestsOf(url) }).catch(
      listenError('httpPort', options),
    ),
  );
  const narrow = await Promise.all(
    narrowUrls.map(async (urlPlan): Promise<LocalAddress> => {
      const server = await services.add(
        startHttpServer({ host, port: 0, functionUrl: requestsOf(urlPlan), hasPage: false }),
      );
      return [urlPlan.url, server.url];
    }),
  );

  const distributions = await Promise.all(
    plan.distributions.map(async ({ names, originHost, originHeaders, viewerRequestCode }) => {
      const { url } = await services.add(
        startDistribution({
          host,
          port: 0,
          origin: gateway.managementUrl,
          originHost,
          originHeaders: () => headersOf(originHeaders, secrets),
          viewerRequestCode,
        }),
      );
      return names.map((name): LocalAddress => [`wss://${name}`, url]);
    }),
  );

  const local = localisedPlan(plan, [
    [`https://${api.host}`, gateway.managementUrl],
    [`wss://${api.host}/${api.stage}`, gateway.url],
    ...domainAddresses(api, gateway),
    ...distributions.flat(),
    [url.url, http.url],
    ...narrow,
    // The SDK sends to the host of a queue's URL.
    [`https://${sqsHost}`, queues.endpoint],
  ]);
  await functions.start(local.functions, endpoints);
  for (const { queueArn, functionArn, ...limits } of plan.eventSources) {
    const queue = queues.queueOf(queueArn);
    services.addStarted(
      startEventSource({ queue, queueArn, invoke: functions.invokeOf(functionArn), ...limits }),
    );
  }
  for (const schedule of plan.schedules) {
    const invoke = invokeOf(functions, schedule);
    services.addStarted(startSchedule({ ...schedule, invoke, clock: scheduleClock }));
  }
  if (onMetric) services.addStarted(startQueueMetrics(plan.queues, queues, onMetric, scheduleClock));
  const task = local.tasks.length > 0 ? only(local.tasks, 'service') : undefined;
  const text =
    task &&
    (await services.add(
      startTextTask({
        plan: task,
        host,
        port: textPort,
        secretValue: secrets.valueOf,
        ...(maxTextRestarts !== undefined && { maxRestarts: maxTextRestarts }),
        onLog: (line) => onLog('text', line),
      }),
    ));
  const textAddresses: LocalAddress[] = text ? [[task.endpoint, hostAndPort(host, text.port)]] : [];
  const outputs = outputsOf(localisedPlan(local, textAddresses), http.url);
  http.publish('/outputs.json', () => outputs);
  http.publish('/event-buses.json', buses.events);
  signal?.throwIfAborted();
  return {
    outputs,
    gateway,
    functions,
    text,
    secretValue: secrets.valueOf,
    putSecretValue: secrets.put,
    tableEndpoint: tables.endpoint,
    secretNames: plan.secrets.map(({ name }) => name),
    tableNames: plan.tables.map(({ name }) => name),
  };
}

/** The one in the stack's outputs, with all routes, and those that its own parts and an app's grants use. */
function functionUrlsOf(plan: Plan): [FunctionUrlPlan, FunctionUrlPlan[]] {
  const told = outputOf(plan, 'PushUrl');
  const isTold = ({ url }: FunctionUrlPlan) => url === told;
  return [
    only(plan.functionUrls.filter(isTold), 'function URL that is the output PushUrl'),
    plan.functionUrls.filter((urlPlan) => !isTold(urlPlan)),
  ];
}

function routesOf(api: WebSocketApiPlan, functions: LambdaFunctions): ReadonlyMap<string, RouteTarget> {
  return new Map(
    api.routes.map(({ key, target }) => [key, 'answer' in target ? target : invokeOf(functions, target)]),
  );
}

/** As CloudFormation puts the values of secrets in. */
function headersOf(headers: DistributionPlan['originHeaders'], secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    headers.map(({ name, value }) => [
      name,
      typeof value === 'string' ? value : secrets.valueOf(value.secretArn),
    ]),
  );
}

/** The API's own name; its path stays behind this machine's. */
function domainAddresses({ domain }: WebSocketApiPlan, gateway: Gateway): LocalAddress[] {
  if (!domain) return [];
  return [
    [`https://${domain.name}`, gateway.managementUrl],
    [`wss://${domain.name}`, gateway.url],
  ];
}

/** A caller without a permission of its function can be deployed, and every call of it fails. */
function invokeOf(functions: LambdaFunctions, { functionArn, mayInvoke }: FunctionTarget): Invoke {
  if (mayInvoke) return functions.invokeOf(functionArn);
  const errorMessage = 'The function lets no call in from there.';
  return async () => ({ errorType: InvokeError.accessDenied, errorMessage });
}
