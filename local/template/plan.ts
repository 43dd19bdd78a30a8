import type { Assembly } from './assembly.ts';
import type { Template } from './cloud-formation.ts';
import { type FunctionPlan, functionPlans } from './function-plan.ts';
import { type References, resolve } from './intrinsics.ts';
import { referencesOf } from './references.ts';
import { resourcesOf } from './resource-reader.ts';
import { checkSupported } from './resource-types.ts';
import { type TablePlan, tablePlans } from './table-plan.ts';
import { type WebSocketApiPlan, webSocketApiPlans } from './websocket-api-plan.ts';

/** What to run, as the template declares it. All references are resolved; addresses are still those of AWS. */
export type Plan = {
  tables: TablePlan[];
  functions: FunctionPlan[];
  webSocketApis: WebSocketApiPlan[];
  functionUrls: FunctionUrlPlan[];
  /** Values of the stack's outputs, by name. */
  outputs: ReadonlyMap<string, string>;
};

type FunctionUrlPlan = {
  /** `https://<id>.lambda-url.<region>.on.aws/` */
  url: string;
  functionArn: string;
};

/** Throws a `TemplateError` for what could not be deployed, or not be run on this machine. */
export function planOf({ stackName, template, assetDirectories }: Assembly): Plan {
  checkSupported(template);
  const references = referencesOf(stackName, template);
  return {
    tables: tablePlans(template, references),
    functions: functionPlans(template, references, assetDirectories),
    webSocketApis: webSocketApiPlans(template, references),
    functionUrls: resourcesOf(template, references, 'AWS::Lambda::Url').map((url) => ({
      url: url.attribute('FunctionUrl'),
      functionArn: url.text('TargetFunctionArn'),
    })),
    outputs: outputsOf(template, references),
  };
}

function outputsOf(template: Template, references: References): ReadonlyMap<string, string> {
  const outputs = Object.entries(template.Outputs ?? {});
  return new Map(outputs.map(([name, { Value }]) => [name, String(resolve(Value, references, name))]));
}
