import { cp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { assemblyKey } from '../../local/assembly-key.ts';
import { keptAssembly } from '../../local/kept-assembly.ts';

/**
 * Makes the cloud assemblies that tests run, in the directory that is its first argument, by the settings file that is
 * its second. It is asked by HTTP: the answer to a context, as JSON, is the folder of the assembly, which is read only.
 * It loads the CDK once, and bundles each function once: as many runs of the CDK app would take three seconds of a
 * processor each.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const [directory = '', file = ''] = process.argv.slice(2);

/** More than the contexts of all tests, so that a second run of them makes none again. */
const maxKept = 100;

/** By context. */
const assemblies = new Map<string, Promise<string>>();
let last: Promise<unknown> = Promise.resolve();

/** One after the other: they share the folder that the CDK writes to. */
function assemblyOf(context: Record<string, string>): Promise<string> {
  const key = JSON.stringify(context);
  const known = assemblies.get(key);
  if (known !== undefined) return known;
  const made = join(directory, `assembly-${assemblies.size}`);
  const assembly = last.then(async () => {
    await keptAssembly(made, {
      cache: join(root, 'node_modules/.cache/uidpush/test-assemblies'),
      maxKept,
      key: () => assemblyKey(root, context),
      synthesize: (into) => synthesize(into, context),
    });
    return made;
  });
  last = assembly.catch(() => {});
  assemblies.set(key, assembly);
  return assembly;
}

/** As `bin/app.ts`. What is bundled in one folder is taken again for the next app that writes there. */
async function synthesize(into: string, context: Record<string, string>): Promise<void> {
  const { App } = await import('aws-cdk-lib');
  const { declareStack } = await import('../../bin/declare-stack.ts');
  const config = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  const outdir = join(directory, 'written');
  const app = new App({ outdir, context: { ...config.context, ...context } });
  await declareStack(app, file);
  app.synth();
  await cp(outdir, into, { recursive: true });
}

const server = createServer(async (request, response) => {
  try {
    response.end(await assemblyOf(JSON.parse(await text(request))));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}`);
});
process.once('disconnect', () => process.exit());
