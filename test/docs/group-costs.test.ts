import { expect, test } from 'vitest';
import { type GroupCost, groupCosts } from '../../bench/cost/group-costs.ts';
import { readDocument } from './document.ts';

const dollars = (cost: GroupCost): string[] =>
  [cost.join, cost.leave, cost.put, cost.replace, cost.push].map((one) =>
    Number(one.toPrecision(2)).toFixed(digitsOf(one)),
  );

/** Two digits that are not zero. */
function digitsOf(cost: number): number {
  return Math.max(0, 1 - Math.floor(Math.log10(cost)));
}

const table = [
  '',
  '| connections | all join | all leave | a backend puts all in | all replace their connection, beyond that itself | one push |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ...groupCosts().map(
    (cost) => `| ${[cost.connections.toLocaleString('en'), ...dollars(cost)].join(' | ')} |`,
  ),
].join('\n');

/** To bring the document up to date: `npx vitest run test/docs/group-costs.test.ts -u`. */
test('COST.md has what groups cost, as the cost model has it', async () => {
  const [before, , after] = readDocument('docs/COST.md').split(
    /(?<=<!-- groups -->\n)|(?=<!-- end of groups)/,
  );
  await expect(`${before}${table}\n\n${after}`).toMatchFileSnapshot('../../docs/COST.md');
});
