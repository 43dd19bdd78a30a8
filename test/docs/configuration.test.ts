import { markdownTable } from 'markdown-table';
import { describe, expect, test } from 'vitest';
import type { Setting } from '../../lib/settings/setting.ts';
import { settings } from '../../lib/settings/settings.ts';
import { readDocument } from './document.ts';

const entries = Object.entries<Setting>(settings);

function rowOf([name, setting]: [string, Setting]): string[] {
  const prop = setting.prop ? setting.prop.join('.') : name;
  const standard = setting.default === undefined ? (setting.unset ?? '') : `\`${setting.default}\``;
  return [`\`${name}\``, `\`${prop}\``, setting.type, standard, setting.unit ?? '', setting.doc];
}

const table = markdownTable(
  [['setting', 'prop', 'values', 'default', 'unit', 'meaning'], ...entries.map(rowOf)],
  { alignDelimiters: false },
);

/** To bring the document up to date: `npx vitest run test/docs/configuration.test.ts -u`. */
test('docs/CONFIGURATION.md has the table of the settings as the code has it', async () => {
  const [before, , after] = readDocument('docs/CONFIGURATION.md').split(
    /(?<=<!-- settings -->\n)|(?=<!-- end)/,
  );
  await expect(`${before}\n${table}\n\n${after}`).toMatchFileSnapshot('../../docs/CONFIGURATION.md');
});

const translation = 'docs/zh-CN/CONFIGURATION.md';

describe(`the table of settings in ${translation}`, () => {
  const rows = readDocument(translation)
    .split('\n')
    .filter((line) => /^\| `\w+`/.test(line))
    .map((row) => row.split('|').map((cell) => cell.trim()));

  test.each(entries)('has %s, with its default', (name, setting) => {
    const row = rows.find(([, names]) => names?.includes(`\`${name}\``));

    expect(row).toBeDefined();
    if (setting.default !== undefined) expect(row?.[2]).toContain(`\`${setting.default}\``);
  });
});
