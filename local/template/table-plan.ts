import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

export type TablePlan = {
  name: string;
  /** As DynamoDB's `CreateTable` takes them. */
  attributeDefinitions: unknown;
  keySchema: { AttributeName: string; KeyType: string }[];
  /** The attribute that says when an item expires, in epoch seconds. */
  timeToLiveAttribute: string | undefined;
};

export function tablePlans(template: Template, references: References): TablePlan[] {
  return ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'].flatMap((type) =>
    resourcesOf(template, references, type).map(tablePlan),
  );
}

function tablePlan(table: ResourceReader): TablePlan {
  if (table.value('BillingMode') !== 'PAY_PER_REQUEST') {
    throw table.problem('BillingMode', 'must be PAY_PER_REQUEST: provisioned capacity is not imitated');
  }
  return {
    name: table.ref,
    attributeDefinitions: table.value('AttributeDefinitions'),
    keySchema: table.value('KeySchema') as TablePlan['keySchema'],
    timeToLiveAttribute: timeToLiveAttribute(table),
  };
}

function timeToLiveAttribute(table: ResourceReader): string | undefined {
  const specification = table.value('TimeToLiveSpecification');
  const { Enabled, AttributeName } = (specification ?? {}) as { Enabled?: boolean; AttributeName?: string };
  return Enabled ? AttributeName : undefined;
}
