import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sources of a cloud assembly. The linter's rule for imports keeps the CDK app within these folders. */
export const assemblySources = {
  folders: ['bin', 'lib', 'lambda', 'protocol', 'client', 'text'],
  files: [
    'cdk.json',
    'uidpush.config.ts',
    'package.json',
    'package-lock.json',
    // esbuild compiles by it.
    'tsconfig.json',
    // Packages that npm has installed, which need not be those of package-lock.json.
    'node_modules/.package-lock.json',
  ],
} as const;

/**
 * Returns a name that is the same as long as the CDK app makes the same assembly: a hash of its sources, its packages,
 * the context and this Node.js. `project` is the folder of cdk.json.
 */
export async function assemblyKey(project: string, context: Record<string, string>): Promise<string> {
  const inFolders = await Promise.all(
    assemblySources.folders.map(async (folder) => {
      const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const files = [
    ...assemblySources.files,
    ...(process.env.UIDPUSH_CONFIG ? [process.env.UIDPUSH_CONFIG] : []),
  ];
  const paths = [...inFolders.flat(), ...files.map((file) => join(project, file))].sort();
  const hashes = await Promise.all(paths.map(async (path) => [path, await hashOf(path)]));
  const settings = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  const { version, platform, arch } = process;
  return sha256(JSON.stringify({ version, platform, arch, settings, hashes }));
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path));
  } catch (error) {
    // Without npm's list, as where node_modules is another package manager's, package-lock.json alone names the
    // packages.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
