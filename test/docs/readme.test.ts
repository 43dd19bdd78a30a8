import { execFile, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runStack } from '../e2e/running-stack.ts';
import { codeBlocks, readDocument } from './document.ts';

const stack = runStack();

test('the README is read in a few minutes', () => {
  const text = readDocument('README.md');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  expect(text.split(/\s+/).length).toBeLessThanOrEqual(900);
  expect(readDocument('README.zh-CN.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (document) => {
  test.each([
    ['php', 'php', '-r'],
    ['js', 'node', '--input-type=module', '-e'],
    ['python', 'python3', '-c'],
  ])('has code in %s that pushes', async (language, program, ...options) => {
    const isInstalled = spawnSync(program, ['--version']).status === 0;
    if (!isInstalled && process.env.CI) throw new Error(`The tests need ${program}.`);
    if (!isInstalled) return;
    const [code = ''] = codeBlocks(readDocument(document), language);
    const browser = await stack.browser('u1');
    const local = code.replaceAll('http://127.0.0.1:8080/', stack.stack.outputs.PushUrl);

    expect(await outputOf(program, [...options, local])).toMatch(/"?'?delivered"?'?: ?1\b/);
    expect(JSON.parse(await browser.next())).toEqual({ uid: 'u1', hi: 1 });
    await browser.close();
    await expect.poll(() => stack.connectionsOf('u1')).toBe(0);
  });
});

function outputOf(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
