import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SynthesisError, synthesize } from '../../local/synthesize.ts';

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'synthesize-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('a CDK app that refuses its context is an error with what it printed', async () => {
  const synthesis = synthesize(await emptyDirectory(), { identity: 'nobody' });
  await expect(synthesis).rejects.toThrow(SynthesisError);
  await expect(synthesis).rejects.toThrow(/failed with exit code 1:[\s\S]*identity="nobody"/);
});

test('a synthesis that is no longer wanted ends at once', async () => {
  const directory = await emptyDirectory();
  const stopped = new AbortController();
  const synthesis = synthesize(directory, {}, stopped.signal);
  stopped.abort(new Error('stopped'));
  await expect(synthesis).rejects.toThrow('stopped');
  expect(await readdir(directory)).toEqual([]);
});
