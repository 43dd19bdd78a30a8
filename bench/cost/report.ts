import { markdownTable } from 'markdown-table';
import { type BreakEven, breakEven, pushesPerConnectionHour } from './break-even.ts';
import type { Load } from './load.ts';
import { type MonthlyCost, monthlyCost } from './monthly-cost.ts';
import { type PeerCost, peerCosts } from './peers.ts';
import { type Price, priceRegion, prices, pricesAsOf } from './prices.ts';
import { type StoredPush, storedPushOf } from './stored-push.ts';

export type Report = {
  load: Load;
  withFreeTier: boolean;
  cost: MonthlyCost;
  peers: PeerCost[];
  /** Pushes that reach a connection, per hour that it is open. */
  pushesPerConnectionHour: number;
  /** For each peer that is billed by use. */
  breakEvens: { peer: PeerCost['name']; breakEven: BreakEven }[];
  storedPush: StoredPush;
  /** US dollars more a month if each push had an idempotency key; absent where some have, or requests can't. */
  keysOfAll?: number;
};

export function reportOf(load: Load, withFreeTier: boolean): Report {
  const peers = peerCosts(load);
  const cost = monthlyCost(load, withFreeTier);
  // Requests of several lines have no key, nor have those of the text endpoint.
  const mayHaveKeys = load.pushes > 0 && load.linesPerRequest === 1 && !load.text;
  return {
    load,
    withFreeTier,
    cost,
    ...(mayHaveKeys &&
      load.idempotentShare === 0 && {
        keysOfAll: monthlyCost({ ...load, idempotentShare: 1 }, withFreeTier).total - cost.total,
      }),
    peers,
    pushesPerConnectionHour: pushesPerConnectionHour(load),
    breakEvens: peers
      .filter(({ isMetered }) => isMetered)
      .map(({ name }) => ({ peer: name, breakEven: breakEven(load, name, withFreeTier) })),
    storedPush: storedPushOf(load),
  };
}

/** The report for people, as Markdown. */
export function toMarkdown(report: Report): string {
  const { cost, withFreeTier } = report;
  const paragraphs = [
    `**${dollars(cost.total)} a month** (${withFreeTier ? 'less the free tiers that last' : 'no free tier'}; list prices of ${priceRegion}, ${pricesAsOf})`,
    activityTable(cost),
    billTable(cost),
    ...(report.keysOfAll === undefined ? [] : [pricesWithKeys(report.keysOfAll, cost.total)]),
    ...(report.load.storedShare > 0 ? [storedPushLimits(report)] : []),
    'The same connections, pushes and broadcasts elsewhere, at list prices:',
    peerTable(report),
    ...comparison(report),
    'Assumed: how long functions run, and the rate of pushes as even over all connections. Prices and their sources: bench/cost.',
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function activityTable({ activities }: MonthlyCost): string {
  const rows = activities.filter((activity) => activity.dollars >= 0.005);
  return table(
    ['what it is spent on, without free tiers', '$'],
    rows.map(({ name, dollars }) => [name, money(dollars)]),
  );
}

function billTable({ lines, total }: MonthlyCost): string {
  const rows = lines.map((line) => {
    const price: Price = prices[line.item];
    return [price.unit, count(line.quantity), unitPrice(price), price.certainty, money(line.dollars)];
  });
  return table(
    ['the bill', 'a month', 'price', 'which is', '$'],
    [...rows, ['total', '', '', '', money(total)]],
  );
}

function pricesWithKeys(keysOfAll: number, total: number): string {
  return (
    `That is without idempotency keys. With a key for each push, as uidpush/backend makes by default, ` +
    `${dollars(keysOfAll)} more: ${dollars(total + keysOfAll)} a month (--idempotent-share 1).`
  );
}

function storedPushLimits({ storedPush, load }: Report): string {
  const { messageUnits, allUnits, perSecondOfOneUid } = storedPush;
  const acknowledgement = load.connectionsPerUser === 1 ? 'acknowledgement' : 'acknowledgement of each page';
  return (
    `A stored push of ${plain(load.sizeKb)} KB writes ${count(allUnits)} units: its message ${count(messageUnits)}, by steps of 1 KB; ` +
    `the counter, the receipt and the ${acknowledgement} one each. One uid can take ${count(perSecondOfOneUid)} of them a second.`
  );
}

function peerTable({ cost, peers }: Report): string {
  const least = Math.min(cost.total, ...peers.map(priceOr(Number.POSITIVE_INFINITY)));
  const mark = (dollars: number) => (dollars === least ? ' (cheapest)' : '');
  const rows = peers.map((peer) => [
    peer.name,
    peer.dollars === 'ask' ? 'ask them' : `${money(peer.dollars)}${mark(peer.dollars)}`,
    peer.note,
    `${peer.date}, ${peer.certainty}`,
  ]);
  return table(
    ['service', '$', 'how', 'prices of'],
    [['uidpush', `${money(cost.total)}${mark(cost.total)}`, 'the bill above', `${pricesAsOf}`], ...rows],
    ['l', 'l', 'l', 'l'],
  );
}

/** Says where another is cheaper, and from how many pushes on that changes. */
function comparison(report: Report): string[] {
  const { cost, peers, breakEvens } = report;
  const cheaper = peers.filter((peer) => priceOr(Number.POSITIVE_INFINITY)(peer) < cost.total);
  const verdict =
    cheaper.length === 0
      ? 'No other is cheaper for this load.'
      : `Cheaper for this load: ${cheaper
          .map((peer) => `${peer.name}, by ${dollars(cost.total - priceOr(0)(peer))}`)
          .join('; ')}.`;
  const rate = report.pushesPerConnectionHour;
  const turns = breakEvens.map(({ peer, breakEven }) => `than ${peer} ${inWords(breakEven)}`);
  return [
    verdict,
    `This load has ${plain(rate)} pushes per connection-hour. uidpush costs less ${turns.join('; ')}.`,
  ];
}

function inWords(found: BreakEven): string {
  if (found === 'always') return 'at any number of pushes';
  if (found === 'never') return 'at no number of pushes';
  return `from ${plain(found.pushesPerConnectionHour)} on`;
}

function priceOr(otherwise: number): (peer: PeerCost) => number {
  return ({ dollars }) => (dollars === 'ask' ? otherwise : dollars);
}

function table(
  head: string[],
  rows: string[][],
  align: string[] = ['l', ...head.slice(1).map(() => 'r')],
): string {
  return markdownTable([head, ...rows], { align });
}

function unitPrice({ dollars, per, beyond }: Price): string {
  const each = per === 1 ? `$${exact(dollars)}` : `$${exact(dollars)} a million`;
  return beyond ? `${each}, $${exact(beyond.dollars)} beyond ${count(beyond.from)}` : each;
}

function dollars(amount: number): string {
  return `$${money(amount)}`;
}

function money(amount: number): string {
  return amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function exact(amount: number): string {
  return amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 6 });
}

function count(quantity: number): string {
  if (quantity < 0.01) return '< 0.01';
  return quantity.toLocaleString('en', { maximumFractionDigits: quantity < 100 ? 2 : 0 });
}

function plain(number: number): string {
  return number.toLocaleString('en', { maximumFractionDigits: 1 });
}
