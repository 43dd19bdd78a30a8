import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statusOfProblem } from '../../protocol/problem.ts';

const page = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8');

test('the table of errors has every code once, with its status, when it comes and what to do', () => {
  const rows = Array.from(page.matchAll(/^\| `([a-z0-9-]+)` *\| (\d+) *\| (.+?) *\| (.+?) *\|$/gm), (row) =>
    row.slice(1),
  );

  expect(rows.map(([code, status]) => [code, Number(status)]).sort()).toEqual(
    Object.entries(statusOfProblem).sort(),
  );
});
