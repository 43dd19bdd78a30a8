import { type Activity, activitiesOf } from './activities.ts';
import { BYTES_PER_GB, type Load } from './load.ts';
import { type CostModel, deployedModel, monitoringModel } from './model.ts';
import { type Price, type PricedItem, priceOf, prices, type Quantities } from './prices.ts';

type CostLine = { item: PricedItem; quantity: number; dollars: number };

export type MonthlyCost = {
  /** Purpose of the spending, at list price. */
  activities: { name: string; dollars: number }[];
  /** The bill. */
  lines: CostLine[];
  total: number;
};

/**
 * Returns the cost of a month. `withFreeTier`: less what is free of charge for every account each month, as if nothing
 * else used it.
 */
export function monthlyCost(load: Load, withFreeTier = false, model: CostModel = deployedModel): MonthlyCost {
  const metricLineBytes = load.monitoring ? monitoringModel.metricLineBytes : 0;
  const used = activitiesOf(load, model).map((activity) => ({
    name: activity.name,
    quantities: quantitiesOf(activity, model, metricLineBytes),
  }));
  const activities = used.map(({ name, quantities }) => ({
    name,
    dollars: sum(linesOf(quantities, false)),
  }));
  const lines = linesOf(added(used.map(({ quantities }) => quantities)), withFreeTier);
  return { activities, lines, total: sum(lines) };
}

/** Returns what an activity costs at list price, without monitoring. */
export function costOf(activity: Activity, model: CostModel = deployedModel): number {
  return sum(linesOf(quantitiesOf(activity, model, 0), false));
}

/** Priced quantities of an activity. */
function quantitiesOf(
  { calls, beyond = {} }: Activity,
  { functions, platformLogBytes }: CostModel,
  metricLineBytes: number,
): Quantities {
  let requests = 0;
  let gbSeconds = 0;
  let logBytes = 0;
  for (const [kind, { memoryMb, assumedMs, metersItself }] of Object.entries(functions)) {
    const count = calls[kind as keyof typeof functions] ?? 0;
    requests += count;
    gbSeconds += (count * memoryMb * assumedMs) / 1_024 / 1_000;
    logBytes += count * (platformLogBytes + (metersItself ? metricLineBytes : 0));
  }
  const billed: Quantities = {
    functionRequest: requests,
    functionGbSecond: gbSeconds,
    logIngest: logBytes / BYTES_PER_GB,
    tableRead: (calls.tableRead ?? 0) + 2 * (calls.tablePairRead ?? 0),
    tableWrite: calls.tableWrite ?? 0,
    queueRequest: calls.queueSend ?? 0,
    busEvent: calls.busEvent ?? 0,
    webSocketMessage: (calls.messageIn ?? 0) + (calls.messageOut ?? 0),
  };
  return added([billed, beyond]);
}

function added(parts: readonly Quantities[]): Quantities {
  const total: Quantities = {};
  for (const part of parts) {
    for (const [item, quantity] of Object.entries(part) as [PricedItem, number][]) {
      total[item] = (total[item] ?? 0) + quantity;
    }
  }
  return total;
}

/** In the order of the prices; what isn't used has no line. */
function linesOf(quantities: Quantities, withFreeTier: boolean): CostLine[] {
  return (Object.entries(prices) as [PricedItem, Price][]).flatMap(([item, price]) => {
    const quantity = quantities[item] ?? 0;
    return quantity > 0 ? [{ item, quantity, dollars: priceOf(price, quantity, withFreeTier) }] : [];
  });
}

function sum(lines: readonly { dollars: number }[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}
