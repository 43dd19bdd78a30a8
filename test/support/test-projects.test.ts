import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { longTests, testProjects } from './test-projects.ts';

const { unit, template, stack, long, search } = await testProjects();

test('each test is in one project', () => {
  const all = [...unit, ...template, ...stack, ...long];
  expect(new Set(all).size).toBe(all.length);
  for (const project of [unit, template, stack, long, search]) expect(project.length).toBeGreaterThan(5);
});

test('rules are units; what has a socket, a process or the CDK is not', () => {
  expect(unit).toEqual(
    expect.arrayContaining([
      'test/protocol/message.test.ts',
      'test/client/browser/connect.property.test.ts',
      'test/local/queue/fifo-queue.test.ts',
    ]),
  );
  const others = [...stack, ...long];
  // A socket of its own; of a module that it tests; of a module of tests; a process; a socket beside the CDK; the
  // synthesised stack.
  expect(others).toEqual(
    expect.arrayContaining([
      'test/local/http-server.test.ts',
      'test/text/text-service.test.ts',
      'test/client/backend/push-client.test.ts',
      'test/local/npm-start.test.ts',
      'test/lambda/narrow-push-functions.test.ts',
      'test/local/template/assembly.test.ts',
    ]),
  );
  expect(template).toEqual(
    expect.arrayContaining(['test/lib/configuration.test.ts', 'test/budgets/template.test.ts']),
  );
  expect(unit.filter((file) => file.startsWith('test/e2e/'))).toEqual([]);
});

test('those that are said to be long exist', () => {
  const missing = longTests.filter(
    (file) => !existsSync(fileURLToPath(new URL(`../../${file}`, import.meta.url))),
  );
  expect(missing).toEqual([]);
  expect([...long].sort()).toEqual([...longTests].sort());
});

test('no test has a time limit of its own, which another machine, or a busy one, would not keep', () => {
  const own = [...unit, ...template, ...stack, ...long].filter((file) =>
    /^\s*\}, [\d_]+\);$|\btimeout: [\d_]+\b/m.test(
      readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8'),
    ),
  );
  expect(own).toEqual([]);
});

test('a search is of the tests that have properties, or more strength', () => {
  expect(search).toEqual(
    expect.arrayContaining([
      'test/protocol/message.property.test.ts',
      'test/e2e/hostile-requests.test.ts',
      'test/e2e/broadcast.test.ts',
    ]),
  );
  expect(search).not.toContain('test/protocol/message.test.ts');
});
