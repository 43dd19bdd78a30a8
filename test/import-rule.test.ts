import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder of the importing file → what it imports. */
const refused = [
  ['protocol', '../lambda/names.ts'],
  ['protocol', '../client/backend/push-client.ts'],
  ['client/backend', '../../lambda/names.ts'],
  ['client/backend', '../../cli/target.ts'],
  ['cli', '../lambda/names.ts'],
  ['cli/commands', '../../local/start.ts'],
  ['cli', '../local/start.ts'],
  ['terminal', '../cli/target.ts'],
  ['terminal', '../protocol/limits.ts'],
  ['lambda', '../terminal/output.ts'],
  ['client/backend', '../../terminal/output.ts'],
  ['text', '../lambda/names.ts'],
  ['text', '../client/browser/connect.ts'],
  ['lambda', '../lib/configuration.ts'],
  ['lambda/push', '../../local/start.ts'],
  ['lib', '../lambda/push.ts'],
  ['lib', '../local/start.ts'],
  ['lib', '../text/main.ts'],
  ['bin', '../local/start.ts'],
  ['local', '../lambda/names.ts'],
  ['local', '../lib/uid-push.ts'],
  ['local/gateway', '../../bench/table.ts'],
];
const accepted = [
  ['client/backend', '../../protocol/limits.ts'],
  ['cli', '../client/backend/push-client.ts'],
  ['cli/commands', '../../protocol/uid.ts'],
  ['local', '../terminal/output.ts'],
  ['cli/commands', '../../terminal/output.ts'],
  ['text', '../client/backend/push-client.ts'],
  ['lambda', '../protocol/message.ts'],
  ['lambda', '../client/browser/index.ts'],
  ['lambda/push', '../table/connection-table.ts'],
  ['lib', '../lambda/names.ts'],
  ['lib', '../text/names.ts'],
  ['lib', '../text/limits.ts'],
  ['bin', '../lib/uidpush-stack.ts'],
  ['local', '../protocol/limits.ts'],
];

/** The files that the linter refuses, when each imports one thing in a tree that has the project's configuration. */
function refusedFiles(imports: string[][]): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'import-rule-'));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(tree, 'biome.json'), JSON.stringify({ overrides }));
  const files = imports.map(([folder = '', imported = ''], index) => {
    const file = join(tree, folder, `import-${index}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `export * from '${imported}';\n`);
    return file;
  });
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', '--reporter=github', '--max-diagnostics=none', '.'],
    { cwd: tree, encoding: 'utf8' },
  );
  const findings = stdout.split('\n').filter((line) => line.includes('noRestrictedImports'));
  return files.filter((file) => findings.some((line) => line.includes(`file=${file},`)));
}

test('the linter refuses every import that goes against the data’s way', () => {
  expect(refusedFiles(refused)).toHaveLength(refused.length);
});

test('the linter accepts the imports that go with it', () => {
  expect(refusedFiles(accepted)).toEqual([]);
});
