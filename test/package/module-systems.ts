import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstalledPackage } from './installed-package.ts';

/** How a project compiles, and what Node.js takes its files for. */
export type ModuleSystem = {
  /** The package of the compiler. */
  typescript: 'typescript-4.7' | 'typescript-5.9' | 'typescript';
  module: string;
  moduleResolution: string;
  type: 'commonjs' | 'module';
};

const commonjs = { module: 'commonjs', moduleResolution: 'node', type: 'commonjs' } as const;
const node16 = { module: 'node16', moduleResolution: 'node16' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler', type: 'module' } as const;

/**
 * The oldest TypeScript whose projects are supported, one that still knows all ways of resolution, and the one of this
 * project.
 */
export const moduleSystems: readonly ModuleSystem[] = [
  { typescript: 'typescript-4.7', ...commonjs },
  { typescript: 'typescript-4.7', ...node16, type: 'commonjs' },
  { typescript: 'typescript-4.7', ...node16, type: 'module' },
  { typescript: 'typescript-5.9', ...commonjs },
  { typescript: 'typescript-5.9', ...bundler },
  { typescript: 'typescript', ...nodenext, type: 'commonjs' },
  { typescript: 'typescript', ...nodenext, type: 'module' },
  { typescript: 'typescript', ...bundler },
];

/**
 * Compiles `consumer/` for projects of these kinds, which have one compiler: in one run, so that it reads the CDK's
 * declarations once. Rejects, with the errors, where it fails.
 */
export async function compileAll(
  systems: readonly ModuleSystem[],
  { project, run }: InstalledPackage,
): Promise<void> {
  const projects = systems.flatMap((system) => writeProjects(system, project));
  await run(process.execPath, [`node_modules/${systems[0]?.typescript}/bin/tsc`, '--build', ...projects]);
}

/** Runs what was compiled for that kind. Returns what it printed. */
export function runCompiled(system: ModuleSystem, { run }: InstalledPackage): Promise<string> {
  return run(process.execPath, [join(folderOf(system), 'build/construct.js')]);
}

function folderOf({ typescript, module, moduleResolution, type }: ModuleSystem): string {
  return `${typescript}-${module}-${moduleResolution}-${type}`;
}

/** Returns the configurations for the compiler. */
function writeProjects(system: ModuleSystem, project: string): string[] {
  const { module, moduleResolution, type } = system;
  const directory = join(project, folderOf(system));
  mkdirSync(directory);
  cpSync(fileURLToPath(new URL('consumer', import.meta.url)), directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type }));
  const compilerOptions = {
    target: 'es2020',
    lib: ['es2020', 'dom'],
    module,
    moduleResolution,
    strict: true,
  };
  // The declarations of the clients are checked too; the CDK's own take seconds, and are not this package's.
  const clients = { ...compilerOptions, types: [], skipLibCheck: false, noEmit: true };
  const all = { ...compilerOptions, types: ['node'], skipLibCheck: true, outDir: 'build' };
  const projects = {
    clients: { compilerOptions: clients, files: ['clients.ts'] },
    all: { compilerOptions: all, files: ['construct.ts'] },
  };
  return Object.entries(projects).map(([config, content]) => {
    const file = join(directory, `${config}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  });
}
