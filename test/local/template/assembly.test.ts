import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { readAssembly } from '../../../local/template/assembly.ts';
import { planOf } from '../../../local/template/plan.ts';

test("the CDK app's assembly can be run: its functions have their bundles", async () => {
  const { functions, webSocketApis } = planOf(await readAssembly(inject('assemblyDirectory')));
  const bundles = functions.map(({ assetDirectory }) => join(assetDirectory, 'index.mjs'));
  await Promise.all(bundles.map((bundle) => access(bundle)));
  // Each once by itself, and once as the version that is live.
  expect(new Set(bundles).size).toBe(functions.length / 2);
  const targets = webSocketApis[0]?.routes.map(({ target }) => target) ?? [];
  expect(targets.filter((target) => 'mayInvoke' in target && !target.mayInvoke)).toEqual([]);
});

test('an assembly with two stacks is refused, since one is to be run', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'stack.json' } };
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify({ artifacts: { One: stack, Two: stack } }),
  );
  await writeFile(join(directory, 'stack.json'), JSON.stringify({ Resources: {} }));
  await expect(readAssembly(directory)).rejects.toThrow('there must be one stack, but the app has 2');
});
