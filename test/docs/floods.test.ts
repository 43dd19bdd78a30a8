import { expect, test } from 'vitest';
import { floods } from '../../bench/cost/floods.ts';
import { readDocument } from './document.ts';

const table = [
  '',
  '| what | a second | dollars a day |',
  '| - | - | - |',
  ...floods().map(
    ({ what, perSecond, dollarsPerDay }) =>
      `| ${what} | ${perSecond.toLocaleString('en')} | ${Math.round(dollarsPerDay)} |`,
  ),
].join('\n');

/** To bring the document up to date: `npx vitest run test/docs/floods.test.ts -u`. */
test('SECURITY.md has what strangers can do, and what a day of it costs, as the cost model has it', async () => {
  const [before, , after] = readDocument('SECURITY.md').split(
    /(?<=<!-- floods -->\n)|(?=<!-- end of floods)/,
  );
  await expect(`${before}${table}\n\n${after}`).toMatchFileSnapshot('../../SECURITY.md');
});
