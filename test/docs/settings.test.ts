import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Setting } from '../../lib/settings/setting.ts';
import { settings } from '../../lib/settings/settings.ts';

describe.each(['README.md', 'README.zh-CN.md'])('the table of settings in %s', (file) => {
  const document = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const rows = document.split('\n').filter((line) => /^\| `\w+`/.test(line));

  test.each(Object.entries<Setting>(settings))('has %s, with its default', (name, setting) => {
    const [, values] = rows
      .map((row) => row.split('|').slice(1))
      .find(([names]) => names?.includes(`\`${name}\``)) ?? ['', ''];

    expect(values).not.toBe('');
    if (setting.default !== undefined) expect(values).toContain(`\`${setting.default}\``);
  });
});
