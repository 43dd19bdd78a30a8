import type { Plan } from './template/plan.ts';

/** An address on AWS, and what stands for it on this machine. */
export type LocalAddress = readonly [onAws: string, here: string];

/**
 * The plan with the addresses in its environment variables and outputs replaced. What follows an address stays, so that
 * a path which is wrong on AWS is wrong here too.
 */
export function localisedPlan(plan: Plan, addresses: readonly LocalAddress[]): Plan {
  const localised = <Name>([name, value]: [Name, string]): [Name, string] => [
    name,
    addresses.reduce((text, [onAws, here]) => text.replaceAll(onAws, here), value),
  ];
  const withEnvironment = <Runs extends { environment: Record<string, string> }>(runs: Runs): Runs => ({
    ...runs,
    environment: Object.fromEntries(Object.entries(runs.environment).map(localised)),
  });
  return {
    ...plan,
    functions: plan.functions.map(withEnvironment),
    tasks: plan.tasks.map(withEnvironment),
    outputs: new Map([...plan.outputs].map(localised)),
  };
}
