import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What projects that use it have beside `uidpush`; linked, because the CDK is hundreds of megabytes. */
const otherPackages = [
  'aws-cdk-lib',
  'constructs',
  '@types/node',
  '@types/jest',
  'typescript',
  'typescript-4.7',
  'typescript-5.9',
  'esbuild',
  'jest',
  '@swc/core',
  '@swc/jest',
  '.bin',
];

export type InstalledPackage = {
  /** The folder that is packed. */
  source: string;
  /** The packed package. */
  tarball: string;
  /** An otherwise empty project, outside the repository, in which the packed package is installed. */
  project: string;
  /** Runs a program there and resolves to what it printed; rejects, with that, where it fails. */
  run(program: string, args: string[], environment?: NodeJS.ProcessEnv): Promise<string>;
  remove(): void;
};

/** Builds the package anew, packs it and installs the tarball, without the network. */
export async function installPackage(): Promise<InstalledPackage> {
  const directory = mkdtempSync(join(tmpdir(), 'uidpush-package-'));
  const source = join(directory, 'source');
  const project = join(directory, 'project');
  mkdirSync(project);

  await runIn(root, 'node_modules/.bin/tsx', ['bin/package.ts', source]);
  await runIn(source, 'npm', ['pack', '--pack-destination', directory]);

  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarball = join(directory, 'uidpush-0.1.0.tgz');
  await runIn(project, 'npm', [
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    tarball,
  ]);
  for (const name of otherPackages)
    link(join(root, 'node_modules', name), join(project, 'node_modules', name));
  return {
    source,
    tarball,
    project,
    run: (program, args, environment) => runIn(project, program, args, environment),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { recursive: true, force: true });
  symlinkSync(from, to);
}

/** Runs a program in a directory and resolves to what it printed; rejects, with that, where it fails. */
export async function runIn(
  cwd: string,
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, ...environment };
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env });
    return stdout;
  } catch (error) {
    // Compilers write their errors there.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[program, ...args].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
