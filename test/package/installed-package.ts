import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What an app that uses the construct has beside `uidpush`; linked, because the CDK is hundreds of megabytes. */
const appPackages = ['aws-cdk-lib', 'constructs', '@types/node', 'typescript', 'esbuild', '.bin'];

export type InstalledPackage = {
  /** An otherwise empty project, outside the repository, in which the packed package is installed. */
  project: string;
  /** Runs a program there and gives what it printed; rejects, with that, where it fails. */
  run(program: string, args: string[], environment?: NodeJS.ProcessEnv): Promise<string>;
  remove(): void;
};

/** Builds the package anew, packs it and installs the tarball, without the network. */
export async function installPackage(): Promise<InstalledPackage> {
  const directory = mkdtempSync(join(tmpdir(), 'uidpush-package-'));
  const source = join(directory, 'source');
  const project = join(directory, 'project');
  for (const made of [source, project]) mkdirSync(made);

  await runIn(root, 'node_modules/.bin/tsx', ['bin/build.ts', join(source, 'dist')]);
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(root, file), join(source, file));
  await runIn(source, 'npm', ['pack', '--ignore-scripts', '--pack-destination', directory]);

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
  for (const name of appPackages) link(join(root, 'node_modules', name), join(project, 'node_modules', name));
  return {
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

async function runIn(
  cwd: string,
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(program, args, { cwd, env });
  return stdout;
}
