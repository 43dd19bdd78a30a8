import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Those that take half a minute or more, or all of a machine: packed, measured, killed or flooded for a while. */
export const longTests: readonly string[] = [
  'test/bench/simulation/simulation.test.ts',
  'test/bench/sections.test.ts',
  'test/e2e/alarms.test.ts',
  'test/e2e/broadcast.test.ts',
  'test/e2e/false-gone.test.ts',
  'test/e2e/hostile-requests.test.ts',
  'test/e2e/idle-day.test.ts',
  'test/e2e/stored-under-faults.test.ts',
  'test/package/package.test.ts',
  'test/soak/soak.test.ts',
];

/** Packages and modules of Node that open sockets, or start processes or threads. */
const notForUnits =
  /^(node:)?(net|tls|dgram|http|https|http2|cluster|child_process|worker_threads)$|^(ws|dynalite|esbuild|playwright-core|@aws-sdk)(\/|$)/;

const cdk = /^(aws-cdk-lib|cdk-nag)(\/|$)/;

/** Their sockets need another end, which a test imports; and `isIP` and `STATUS_CODES` are not sockets. */
const passive = /^(lambda|lib)\//;

/** The synthesised stack is there only for the tests that are not units. */
const usesStack = /inject\('assembl(ies|yDirectory)'\)/;

export type TestProjects = {
  /** No sockets and no processes. */
  unit: string[];
  /** Of what is declared. The CDK, which takes seconds to load, is all that they share. */
  template: string[];
  /** On the local stack or parts of it, on sockets, processes or a browser. */
  stack: string[];
  long: string[];
  /** Of all these, those with properties that fast-check tries. */
  search: string[];
};

/** Returns which test belongs where, by what it imports, directly or not. */
export async function testProjects(): Promise<TestProjects> {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    // Jest runs it, in a project of its own.
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('test/package/cdk-init-app/'))
    .sort();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'none',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const projects: TestProjects = { unit: [], template: [], stack: [], long: [], search: [] };
  for (const file of files) {
    const modules = modulesOf(file, metafile);
    const own = modules.filter((module) => !module.startsWith('lib/'));
    if (longTests.includes(file)) projects.long.push(file);
    else if (own.some((module) => isNotForUnits(module, metafile))) projects.stack.push(file);
    else if (modules.some((module) => usesCdk(module, metafile))) projects.template.push(file);
    else if (modules.some((module) => isNotForUnits(module, metafile))) projects.stack.push(file);
    else projects.unit.push(file);
    if (modules.includes('test/support/properties.ts')) projects.search.push(file);
  }
  return projects;
}

/** The file, and what of this project it imports, directly or not. */
function modulesOf(file: string, { inputs }: Metafile): string[] {
  const modules = new Set([file]);
  // A set is walked in the order in which it grows.
  for (const module of modules) {
    for (const { path, external } of inputs[module]?.imports ?? []) if (!external) modules.add(path);
  }
  return [...modules];
}

function isNotForUnits(module: string, { inputs }: Metafile): boolean {
  const imports = inputs[module]?.imports ?? [];
  return (
    imports.some(({ path, external }) => {
      if (!external || !notForUnits.test(path)) return false;
      return !(passive.test(module) && path.startsWith('node:'));
    }) ||
    (module.startsWith('test/') && usesStack.test(readFileSync(join(root, module), 'utf8')))
  );
}

function usesCdk(module: string, { inputs }: Metafile): boolean {
  return (inputs[module]?.imports ?? []).some(({ path, external }) => external && cdk.test(path));
}
