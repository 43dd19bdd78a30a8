import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import exampleApp from '../../examples/cdk-app/package.json' with { type: 'json' };
import type { Setting } from '../../lib/settings/setting.ts';
import { settings } from '../../lib/settings/settings.ts';
import { readCommandLine } from '../../local/command-line.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { codeBlocks, commandsIn, documents, readDocument, wordsOf } from './document.ts';

/** What `npm run package` makes. */
const tarball = `uidpush-${packageJson.version}.tgz`;

test('the example of a CDK app depends on the tarball, not on the registry', () => {
  expect(exampleApp.dependencies.uidpush).toBe(`file:../../${tarball}`);
});

describe.each(documents)('%s', (path) => {
  const text = readDocument(path);

  test('has commands that a shell understands', () => {
    for (const block of codeBlocks(text, 'sh')) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: block, encoding: 'utf8' });
      expect({ block, status, stderr }).toEqual({ block, status: 0, stderr: '' });
    }
  });

  test('names scripts that package.json has', () => {
    const names = Array.from(text.matchAll(/npm run (?:-s )?([\w:-]+)/g), ([, name = '']) => name);
    const known = [...Object.keys(packageJson.scripts), ...(path.startsWith('examples') ? ['deploy'] : [])];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('starts the local stack with options that it has', () => {
    for (const command of commandsIn(text, 'npm start -- ')) {
      expect({ command, ...readCommandLine(wordsOf(command)) }).not.toHaveProperty('problem');
    }
  });

  test('deploys with settings that there are', () => {
    for (const [, name = '', given = ''] of text.matchAll(/ -c (\w+)=([^\s`'"]*)/g)) {
      if (name === 'env') continue;
      const setting: Setting | undefined = settings[name as keyof typeof settings];
      expect({ name, setting }).not.toEqual({ name, setting: undefined });
      const value = given.startsWith('$') ? undefined : (setting?.fromText?.(given) ?? given);
      if (setting && value !== undefined && !given.includes('…')) {
        expect({ name, given, ok: v.safeParse(setting.schema, value).success }).toMatchObject({ ok: true });
      }
    }
  });

  test('calls the command as it can be called', () => {
    const called = commandsIn(text, 'npx uidpush ').map((command) => wordsOf(command));
    for (const words of called) {
      const program = createProgram({ environment: {}, onTarget: stop, onEnd: stop });
      const subcommand = program.commands.find((command) => words.includes(command.name()));
      const isHelp = words.some((word) => word === '--help' || word === '--version');
      expect({ words, known: isHelp || subcommand !== undefined }).toMatchObject({ known: true });
      if (!subcommand) continue;
      const nested = subcommand.commands.find((command) => words.includes(command.name()));
      const known = [program, subcommand, ...(nested ? [nested] : [])].flatMap(({ options }) =>
        options.map(({ long }) => long),
      );
      const options = words.filter((word) => word.startsWith('--'));
      expect(options.filter((option) => option !== '--' && !known.includes(option))).toEqual([]);
    }
  });

  test('installs no package of that name from the registry, which is not ours, but what npm run package makes', () => {
    expect(text).not.toMatch(/(npm (i|install|add)|yarn add|pnpm add)( -\S+)* uidpush/);
    expect((text.match(/uidpush-[\w.]+\.tgz/g) ?? []).filter((name) => name !== tarball)).toEqual([]);
  });
});

function stop(): void {
  throw new Error('A command of a document is only read, not run.');
}
