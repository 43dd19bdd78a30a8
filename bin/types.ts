import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/**
 * The types of the package's entries, in `dist/` or in the directory that is given: for each one file that imports no
 * other file, since TypeScript before 5.0 does not read `./other.ts`. It is there once as `.d.mts` and once as
 * `.d.cts`: TypeScript takes the module system of a declaration from its name.
 * Source: https://www.typescriptlang.org/docs/handbook/modules/reference.html#node16-nodenext
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = resolve(process.argv[2] ?? join(root, 'dist'));

type Entry = {
  source: string;
  /**
   * Whether each type that the entry's own types use is exported from it. A construct shows its parts, whose types are
   * its own.
   */
  isComplete: boolean;
};

const entries: Record<string, Entry> = {
  browser: { source: 'client/browser', isComplete: true },
  backend: { source: 'client/backend', isComplete: true },
  cdk: { source: 'lib', isComplete: false },
};

const declarations = mkdtempSync(join(tmpdir(), 'uidpush-types-'));
try {
  emitDeclarations();
  for (const [name, { source, isComplete }] of Object.entries(entries)) {
    const rolledUp = join(directory, `${name}.d.mts`);
    rollUp(join(declarations, source, 'index.d.ts'), rolledUp, isComplete);
    cpSync(rolledUp, join(directory, `${name}.d.cts`));
  }
} finally {
  rmSync(declarations, { recursive: true });
}

function emitDeclarations(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '--project', join(root, 'tsconfig.build.json'), '--outDir', declarations],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('The declarations could not be made.');
}

/** Throws when the entry `isComplete` and lacks a type. */
function rollUp(entry: string, output: string, isComplete: boolean): void {
  const none = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: declarations,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            strict: true,
            target: 'es2022',
            lib: ['es2022', 'dom'],
            module: 'nodenext',
            allowImportingTsExtensions: true,
            noEmit: true,
            types: ['node'],
            typeRoots: [join(root, 'node_modules/@types')],
            skipLibCheck: true,
            // The declarations are outside the project, and its packages are not.
            paths: { '*': [join(root, 'node_modules/*')] },
          },
          files: [entry],
        },
      },
      dtsRollup: { enabled: true, untrimmedFilePath: output },
      messages: {
        extractorMessageReporting: {
          ...none,
          ...(isComplete && { 'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error } }),
        },
        tsdocMessageReporting: none,
      },
    },
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    // Its greeting says nothing to a person who builds.
    messageCallback: (message) => {
      message.handled ||= message.logLevel === ExtractorLogLevel.Info;
    },
  });
  if (!succeeded) throw new Error(`The types of ${entry} could not be made.`);
}
