import type { Plan } from './template/plan.ts';

/** An address on AWS, and what stands for it on this machine. */
export type LocalAddress = readonly [onAws: string, here: string];

/**
 * The plan with the addresses in its environment variables and outputs replaced. What follows an address stays, so that a path which
 * is wrong on AWS is wrong here too.
 */
export function localisedPlan(plan: Plan, addresses: readonly LocalAddress[]): Plan {
  const localised = <Name>([name, value]: [Name, string]): [Name, string] => [
    name,
    addresses.reduce((text, [onAws, here]) => text.replaceAll(onAws, here), value),
  ];
  return {
    ...plan,
    functions: plan.functions.map((fn) => ({
      ...fn,
      environment: Object.fromEntries(Object.entries(fn.environment).map(localised)),
    })),
    outputs: new Map([...plan.outputs].map(localised)),
  };
}
