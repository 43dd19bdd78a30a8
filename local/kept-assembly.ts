import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Most assemblies that are kept, unless it is said otherwise. About a megabyte each. */
export const maxKeptAssemblies = 20;

export type AssemblySource = {
  /** The folder of what is kept. */
  cache: string;
  /** Most assemblies in it; those that were used last stay. @default 20 */
  maxKept?: number;
  /** Names the assembly by all that it is made from. */
  key: () => Promise<string>;
  /** Makes the assembly in a folder that does not exist yet. */
  synthesize: (directory: string) => Promise<unknown>;
};

/**
 * Puts an assembly into `directory`, which must not exist: a copy of the kept one or else a new one, which is then
 * kept. A copy, so that what runs does not depend on what others remove.
 */
export async function keptAssembly(
  directory: string,
  { cache, maxKept = maxKeptAssemblies, key, synthesize }: AssemblySource,
): Promise<void> {
  const before = await key();
  if (await restore(join(cache, before), directory)) return;
  await synthesize(directory);
  // Sources were edited meanwhile: it is unknown which version of them it is made from.
  if ((await key()) !== before) return;
  await keep(cache, maxKept, before, directory).catch(() => {
    // A read-only or a full disk: the next start synthesises again.
  });
}

/** Returns whether it was kept. */
async function restore(kept: string, directory: string): Promise<boolean> {
  try {
    const { ino } = await stat(kept);
    const now = new Date();
    await utimes(kept, now, now).catch(() => {});
    await cp(kept, directory, { recursive: true });
    // Removed by another process during the copy, which is then not whole.
    if ((await stat(kept)).ino === ino) return true;
  } catch {
    // There is none, or none any more.
  }
  await rm(directory, { recursive: true, force: true });
  return false;
}

/**
 * Two starts and a kill:
 *
 *     A: copy to a folder of its own … rename to the key … remove the oldest
 *     B: copy to a folder of its own … rename fails: A's stands
 *     C: copy to a folder of its own … killed: its folder, which no key names, becomes one of the oldest
 */
async function keep(cache: string, maxKept: number, key: string, directory: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await cp(directory, unfinished, { recursive: true });
    await rename(unfinished, join(cache, key));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await removeOldest(cache, maxKept);
}

async function removeOldest(cache: string, maxKept: number): Promise<void> {
  const paths = (await readdir(cache)).map((name) => join(cache, name));
  const aged = await Promise.all(paths.map(async (path) => ({ path, usedAt: (await stat(path)).mtimeMs })));
  aged.sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of aged.slice(maxKept)) {
    // First out of reach by its key, in one step: what is half removed must not be found.
    const removed = `${path}.removed`;
    await rename(path, removed);
    await rm(removed, { recursive: true, force: true });
  }
}
