import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run package`: the package as it is published, in `build/package/` or in the directory that is given. Its
 * package.json has only what those who install it need: in the repository's, scripts build from sources that the
 * package does not have.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = resolve(process.argv[2] ?? join(root, 'build/package'));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

for (const program of ['bin/build.ts', 'bin/types.ts']) {
  const args = ['--import', 'tsx', program, join(directory, 'dist')];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} failed.`);
}
for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(join(root, file), join(directory, file));

const ofTheRepository = ['private', 'scripts', 'imports', 'devDependencies', 'overrides', 'allowScripts'];
const manifest: object = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const published = Object.entries(manifest).filter(([member]) => !ofTheRepository.includes(member));
writeFileSync(
  join(directory, 'package.json'),
  `${JSON.stringify(Object.fromEntries(published), undefined, 2)}\n`,
);
