import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptAssembly, maxKeptAssemblies } from '../../local/kept-assembly.ts';

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kept-assembly-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** A cache, and starts that share it. */
async function scene() {
  const directory = await emptyDirectory();
  const cache = join(directory, 'cache');
  let starts = 0;
  let syntheses = 0;
  const synthesize = async (made: string, content = 'first') => {
    syntheses++;
    await mkdir(join(made, 'asset'), { recursive: true });
    await writeFile(join(made, 'asset/index.mjs'), content);
  };
  /** Resolves to what the start runs. */
  const start = async (key: string, content?: string) => {
    const made = join(directory, `start-${starts++}`);
    await keptAssembly(made, {
      cache,
      key: async () => key,
      synthesize: (into) => synthesize(into, content),
    });
    return readFile(join(made, 'asset/index.mjs'), 'utf8');
  };
  return { directory, cache, start, synthesize, syntheses: () => syntheses };
}

test('an assembly is made once for its key', async () => {
  const { start, syntheses } = await scene();
  expect(await start('a', 'first')).toBe('first');
  expect(await start('a', 'second')).toBe('first');
  expect(await start('b', 'third')).toBe('third');
  expect(syntheses()).toBe(2);
});

test('what a stack runs is its own: nothing that happens to the cache changes it', async () => {
  const { directory, cache, start } = await scene();
  await start('a');
  await start('a');
  await rm(cache, { recursive: true });
  expect(await readFile(join(directory, 'start-1/asset/index.mjs'), 'utf8')).toBe('first');
  expect(await start('a', 'again')).toBe('again');
});

test('starts at the same time have a whole assembly each, and one is kept', async () => {
  const { cache, start } = await scene();
  const contents = await Promise.all(Array.from({ length: 8 }, () => start('a')));
  expect(contents).toEqual(Array(8).fill('first'));
  expect(await readdir(cache)).toEqual(['a']);
});

test('what a killed start has left half is never taken', async () => {
  const { cache, start } = await scene();
  await mkdir(join(cache, 'unfinished-x', 'asset'), { recursive: true });
  expect(await start('a')).toBe('first');
  expect(await start('a')).toBe('first');
});

test('a synthesis that fails leaves nothing behind', async () => {
  const { directory, cache, start } = await scene();
  const failing = keptAssembly(join(directory, 'failing'), {
    cache,
    key: async () => 'a',
    synthesize: async () => {
      throw new Error('no template');
    },
  });
  await expect(failing).rejects.toThrow('no template');
  expect(await start('a', 'mended')).toBe('mended');
});

test('sources that change during the synthesis: what was made is run, and not kept', async () => {
  const { directory, cache, synthesize, start } = await scene();
  let key = 'before';
  await keptAssembly(join(directory, 'changing'), {
    cache,
    key: async () => key,
    synthesize: async (made) => {
      key = 'after';
      await synthesize(made, 'half old, half new');
    },
  });
  expect(await start('before', 'old')).toBe('old');
  expect(await start('after', 'new')).toBe('new');
});

test('the cache has a bound: those that were used last stay', async () => {
  const { cache, start } = await scene();
  const old = new Date(Date.now() - 3_600_000);
  for (let n = 0; n < maxKeptAssemblies; n++) {
    await start(`old-${n}`);
    await utimes(join(cache, `old-${n}`), old, old);
  }
  await start('old-7');
  await start('new-1');
  await start('new-2');
  const names = await readdir(cache);
  expect(names).toHaveLength(maxKeptAssemblies);
  expect(names).toEqual(expect.arrayContaining(['old-7', 'new-1', 'new-2']));
});

test('where nothing can be kept, a start synthesises', async () => {
  const { directory, synthesize } = await scene();
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  const made = join(directory, 'made');
  await keptAssembly(made, { cache: join(file, 'cache'), key: async () => 'a', synthesize });
  expect(await readFile(join(made, 'asset/index.mjs'), 'utf8')).toBe('first');
});
