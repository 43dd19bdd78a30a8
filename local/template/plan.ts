import type { Assembly } from './assembly.ts';
import type { Template } from './cloud-formation.ts';
import { type DistributionPlan, distributionPlans } from './distribution-plan.ts';
import { type EventSourcePlan, eventSourcePlans } from './event-source-plan.ts';
import { type FunctionPlan, functionPlans } from './function-plan.ts';
import { type FunctionUrlPlan, functionUrlPlans } from './function-url-plan.ts';
import { httpApiPlans } from './http-api-plan.ts';
import { type References, resolve } from './intrinsics.ts';
import { type QueuePlan, queuePlans } from './queue-plan.ts';
import { referencesOf } from './references.ts';
import { checkSupported } from './resource-types.ts';
import { type SchedulePlan, schedulePlans } from './schedule-plan.ts';
import { type SecretPlan, secretPlans } from './secret-plan.ts';
import { type TablePlan, tablePlans } from './table-plan.ts';
import { type TaskPlan, taskPlans } from './task-plan.ts';
import { type WebSocketApiPlan, webSocketApiPlans } from './websocket-api-plan.ts';

/** Everything to run, as the template declares it. All references are resolved; addresses are still those of AWS. */
export type Plan = {
  tables: TablePlan[];
  functions: FunctionPlan[];
  webSocketApis: WebSocketApiPlan[];
  distributions: DistributionPlan[];
  /** And the HTTP APIs in their place. */
  functionUrls: FunctionUrlPlan[];
  queues: QueuePlan[];
  eventSources: EventSourcePlan[];
  schedules: SchedulePlan[];
  secrets: SecretPlan[];
  tasks: TaskPlan[];
  /** Values of the stack's outputs, by name. */
  outputs: ReadonlyMap<string, string>;
};

/** Throws a `TemplateError` for what could not be deployed, or not be run on this machine. */
export function planOf({ stackName, template, assetDirectories }: Assembly): Plan {
  checkSupported(template);
  const references = referencesOf(stackName, template);
  const functions = functionPlans(template, references, assetDirectories);
  const queues = queuePlans(template, references);
  const secrets = secretPlans(template, references);
  return {
    tables: tablePlans(template, references),
    functions,
    webSocketApis: webSocketApiPlans(template, references),
    distributions: distributionPlans(template, references),
    functionUrls: [...functionUrlPlans(template, references), ...httpApiPlans(template, references)],
    queues,
    eventSources: eventSourcePlans(template, references, queues, functions),
    schedules: schedulePlans(template, references),
    secrets,
    tasks: taskPlans(template, references, secrets),
    outputs: outputsOf(template, references),
  };
}

function outputsOf(template: Template, references: References): ReadonlyMap<string, string> {
  const outputs = Object.entries(template.Outputs ?? {});
  return new Map(outputs.map(([name, { Value }]) => [name, String(resolve(Value, references, name))]));
}
