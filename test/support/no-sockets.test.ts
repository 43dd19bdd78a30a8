import { expect, test } from 'vitest';

// Not by `import`, which would make this a test of the stack.
const { connect, createServer } = process.getBuiltinModule('node:net');
const { spawn, execFileSync } = process.getBuiltinModule('node:child_process');
const { Worker } = process.getBuiltinModule('node:worker_threads');

test.each<[string, () => unknown]>([
  ['a connection', () => connect(1, '127.0.0.1')],
  ['a server', () => createServer().listen(0, '127.0.0.1')],
  ['a process', () => spawn(process.execPath, ['--version'])],
  ['a process that is waited for', () => execFileSync(process.execPath, ['--version'])],
  ['a thread', () => new Worker('', { eval: true })],
])('in a unit test, %s is an error', (_what, open) => {
  expect(open).toThrow(/^A unit test opens no socket/);
});
