import { expect, test } from 'vitest';
import { presenceCosts } from '../../bench/cost/presence-costs.ts';
import { readDocument } from './document.ts';

const table = [
  '',
  '| a million | dollars |',
  '| - | - |',
  ...presenceCosts().map(({ what, dollars }) => `| ${what} | ${dollars.toFixed(2)} |`),
].join('\n');

/** To bring the document up to date: `npx vitest run test/docs/presence-costs.test.ts -u`. */
test('COST.md has what presence and watching cost, as the cost model has it', async () => {
  const [before, , after] = readDocument('docs/COST.md').split(
    /(?<=<!-- presence -->\n)|(?=<!-- end of presence)/,
  );
  await expect(`${before}${table}\n\n${after}`).toMatchFileSnapshot('../../docs/COST.md');
});
