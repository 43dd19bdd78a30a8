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
 * Compiles and runs `consumer/` in a project of that kind. Returns what it printed; rejects, with the errors, where it
 * fails.
 */
export async function compileAndRun(
  system: ModuleSystem,
  { project, run }: InstalledPackage,
): Promise<string> {
  const { typescript, module, moduleResolution, type } = system;
  const name = `${typescript}-${module}-${moduleResolution}-${type}`;
  const directory = join(project, name);
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
  for (const [config, content] of Object.entries(projects)) {
    writeFileSync(join(directory, `${config}.json`), JSON.stringify(content));
    const tsc = `node_modules/${typescript}/bin/tsc`;
    await run(process.execPath, [tsc, '--project', join(name, `${config}.json`)]);
  }
  return run(process.execPath, [join(name, 'build/construct.js')]);
}
