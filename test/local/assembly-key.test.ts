import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { assemblyKey, assemblySources } from '../../local/assembly-key.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const context = { identity: 'claimed', text: 'true' };

/** A copy of all that an assembly is made from. */
async function project(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'assembly-key-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const path of [...assemblySources.folders, ...assemblySources.files])
    await cp(join(root, path), join(directory, path), { recursive: true });
  return directory;
}

test('an assembly has the same key as long as nothing changes', async () => {
  const directory = await project();
  const reordered = { text: 'true', identity: 'claimed' };
  expect(await assemblyKey(directory, context)).toBe(await assemblyKey(directory, reordered));
});

test('every source file, and every file that names packages or settings, changes the key', async () => {
  const directory = await project();
  const keys = [await assemblyKey(directory, context)];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(100);
  const changed = [...assemblySources.files, 'lambda/names.ts', 'bin/app.ts', 'text/main.ts'];
  for (const file of [...changed.map((name) => join(directory, name)), ...files.slice(0, 20)]) {
    await writeFile(file, `${await readFile(file, 'utf8')}\n`);
    keys.push(await assemblyKey(directory, context));
  }
  await rm(join(directory, 'lambda/names.ts'));
  keys.push(await assemblyKey(directory, context));
  await writeFile(join(directory, 'lambda/new-file.ts'), '');
  keys.push(await assemblyKey(directory, context));
  expect(new Set(keys).size).toBe(keys.length);
});

test('each value of the context changes the key, and so does another Node.js', async () => {
  const directory = await project();
  const keys = [
    await assemblyKey(directory, context),
    await assemblyKey(directory, { ...context, identity: 'token' }),
    await assemblyKey(directory, { ...context, sessions: 'single' }),
  ];
  vi.spyOn(process, 'version', 'get').mockReturnValue('v99.0.0');
  onTestFinished(() => void vi.restoreAllMocks());
  keys.push(await assemblyKey(directory, context));
  expect(new Set(keys).size).toBe(keys.length);
});

test('the CDK app, the functions and the text service are made from nothing else', async () => {
  const functions = (await readdir(join(root, 'lambda'))).filter((name) => name.endsWith('.ts'));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['bin/app.ts', 'text/main.ts', ...functions.map((name) => `lambda/${name}`)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outdir: 'none',
    packages: 'external',
  });
  const folders = new Set(Object.keys(metafile.inputs).map((path) => path.split('/')[0]));
  expect([...folders].sort()).toEqual([...assemblySources.folders].sort());
});
