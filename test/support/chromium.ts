import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const systemBrowsers = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/**
 * A headless Chromium with a fresh profile, which goes when the browser is closed: the one that CHROMIUM_PATH names,
 * one that is installed, or the one inside `@sparticuz/chromium`. It reaches nothing but 127.0.0.1.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(installedBrowser() ?? (await packagedBrowser())),
    args: ['--disable-quic', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    chromiumSandbox: canSandbox(),
  });
}

function installedBrowser(): LaunchOptions | undefined {
  const executablePath = process.env.CHROMIUM_PATH ?? systemBrowsers.find(existsSync);
  return executablePath ? { executablePath } : undefined;
}

async function packagedBrowser(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `no Chromium for the tests: @sparticuz/chromium runs on Linux x64, this is ${process.platform} ${process.arch}. ` +
        'Install Google Chrome or Chromium, or set CHROMIUM_PATH to the program.',
    );
  }
  const directory = await unpackedBrowser();
  // The package brings the libraries (NSS) that a bare Linux lacks.
  const LD_LIBRARY_PATH = join(directory, 'al2023', 'lib');
  return { executablePath: join(directory, 'chromium'), env: { ...process.env, LD_LIBRARY_PATH } };
}

async function unpackedBrowser(): Promise<string> {
  const packageMain = import.meta.resolve('@sparticuz/chromium');
  const manifest = JSON.parse(await readFile(new URL('../../package.json', packageMain), 'utf8'));
  const directory = join(cache, `chromium-${manifest.version}`);
  if (existsSync(directory)) return directory;

  // Unpacked under another name and renamed when it is whole: test files run at once, and none may start half a
  // browser.
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(`${directory}-`);
  try {
    await unpackInto(unfinished, packageMain);
    await rename(unfinished, directory);
  } catch (error) {
    const anotherWasFirst = existsSync(directory);
    if (!anotherWasFirst) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
}

/**
 * The package unpacks into TMPDIR, and its libraries only when it takes the machine for Lambda. Only a new process is
 * told so.
 */
async function unpackInto(directory: string, packageMain: string): Promise<void> {
  const script = `import chromium from '${packageMain}'; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: directory, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
}

/**
 * Whether Chromium can build its sandbox: not as root, and not where user namespaces are locked (Ubuntu since 23.10,
 * most containers). Without it the browser still loads nothing but our own pages.
 * Source: https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces
 */
function canSandbox(): boolean {
  if (process.platform !== 'linux') return true;
  const namespaces = ['--user', '--map-root-user', '--pid', '--fork', '--net', 'true'];
  return process.getuid?.() !== 0 && spawnSync('/usr/bin/unshare', namespaces).status === 0;
}
