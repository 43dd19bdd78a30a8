import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { synthesize } from '../../local/synthesize.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { assemblyWith } from './assembly.ts';

test('an assembly that tests run is what the CDK app makes of its context', async () => {
  const context = { env: 'local', identity: 'token', groups: 'true', presence: 'true', cloudFront: 'beside' };
  const directory = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(directory, { recursive: true }));

  // Another one before it, of whose bundles it takes those that it has too.
  await assemblyWith({ env: 'local', monitoring: 'true' });
  const [made, expected] = await Promise.all([
    assemblyWith(context),
    synthesize(join(directory, 'assembly'), context),
  ]);
  expect(await contentOf(made)).toEqual(await contentOf(expected));
});

test('is made once', async () => {
  const context = { env: 'local', logLevel: 'debug' };
  expect(await assemblyWith({ ...context })).toBe(await assemblyWith(context));
});

test('of a context that the CDK app refuses there is none, and others are made all the same', async () => {
  await expect(assemblyWith({ env: 'local', identity: 'nobody' })).rejects.toThrow('identity="nobody"');
  expect(await readdir(await assemblyWith({ env: 'local' }))).toContain('manifest.json');
});

/** The template, and the names of the functions' code, which are hashes of it. */
async function contentOf(directory: string) {
  const { stackName, template, assetDirectories } = await readAssembly(directory);
  return { stackName, template, assets: [...assetDirectories.keys()].toSorted() };
}
