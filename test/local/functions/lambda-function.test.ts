import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type FunctionOptions,
  type LambdaFunction,
  startFunction,
} from '../../../local/functions/lambda-function.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Queue } from '../../support/queue.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

/** Starts a function whose bundle is `source`. */
async function functionOf(source: string, options: Partial<FunctionOptions> = {}): Promise<LambdaFunction> {
  const assetDirectory = await mkdtemp(join(tmpdir(), 'function-'));
  cleanUp.push(() => rm(assetDirectory, { recursive: true }));
  await writeFile(join(assetDirectory, 'index.mjs'), source);
  const fn = startFunction({
    assetDirectory,
    handler: 'index.handler',
    context: {
      functionName: 'greeter',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:greeter',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/greeter',
    },
    environment: {},
    memoryMb: 128,
    timeoutMs: 10_000,
    onLog: () => {},
    ...options,
  });
  cleanUp.push(() => fn.stop());
  return fn;
}

/** Counts its own invocations: what a module remembers distinguishes sandboxes. */
const counter = 'let count = 0; export const handler = async () => ++count;';

describe('a function', () => {
  test('gets its event and answers as JSON', async () => {
    const echo = await functionOf('export const handler = async (event) => event;');
    const event = { text: 'grüß', at: new Date(0), left: undefined };
    expect(await echo.invoke(event)).toEqual({ payload: { text: 'grüß', at: '1970-01-01T00:00:00.000Z' } });
  });

  test('that returns nothing answers null', async () => {
    const silent = await functionOf('export const handler = async () => {};');
    expect(await silent.invoke({})).toEqual({ payload: null });
  });

  test('sees its own environment and nothing of this process', async () => {
    const fn = await functionOf('export const handler = async () => process.env;', {
      environment: { TABLE_NAME: 'connections' },
    });
    expect(await fn.invoke({})).toEqual({ payload: { TABLE_NAME: 'connections' } });
  });

  test('keeps its module state from one event to the next', async () => {
    const fn = await functionOf(counter);
    await fn.invoke({});
    expect(await fn.invoke({})).toEqual({ payload: 2 });
  });

  test('shares no module state with another function', async () => {
    const [one, other] = [await functionOf(counter), await functionOf(counter)];
    await one.invoke({});
    expect(await other.invoke({})).toEqual({ payload: 1 });
  });

  test('gets a context that names the invocation and the time left', async () => {
    const fn = await functionOf(`export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis() });`);
    const { payload } = (await fn.invoke({})) as { payload: { left: number } };
    expect(payload).toMatchObject({
      functionName: 'greeter',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:greeter',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload.left).toBeGreaterThan(0);
    expect(payload.left).toBeLessThanOrEqual(10_000);
  });

  test('has what it prints told line by line', async () => {
    const lines: string[] = [];
    const fn = await functionOf(
      `export const handler = async () => { console.log('one\\ntwo'); console.error('three'); };`,
      { onLog: (line) => lines.push(line) },
    );
    await fn.invoke({});
    await expect.poll(() => lines.toSorted()).toEqual(['one', 'three', 'two']);
  });
});

describe('an error of a function', () => {
  test('is told by type and message when the handler throws', async () => {
    const fn = await functionOf(`export const handler = async () => { throw new RangeError('too far'); };`);
    expect(await fn.invoke({})).toEqual({ errorType: 'RangeError', errorMessage: 'too far' });
  });

  test('leaves the sandbox in use when the handler threw it', async () => {
    const fn = await functionOf(`let count = 0;
      export const handler = async () => { if (++count === 1) throw new Error('once'); return count; };`);
    await fn.invoke({});
    expect(await fn.invoke({})).toEqual({ payload: 2 });
  });

  test('is told by where it is from when the module has no such handler', async () => {
    const fn = await functionOf('export const other = async () => {};');
    expect(await fn.invoke({})).toEqual({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
    });
  });

  test('is told when the bundle is not there', async () => {
    const fn = await functionOf('', { handler: 'missing.handler' });
    expect(await fn.invoke({})).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('is told for every event when the module fails to load', async () => {
    const fn = await functionOf(`throw new TypeError('no TABLE_NAME');`);
    await fn.warmUp();
    const failure = { errorType: 'TypeError', errorMessage: 'no TABLE_NAME' };
    expect([await fn.invoke({}), await fn.invoke({})]).toEqual([failure, failure]);
  });

  test('ends the sandbox when it is a crash, and the next event gets a new one', async () => {
    const fn = await functionOf(
      `let count = 0;
      export const handler = async (event) => { count++; if (event.exit) process.exit(3); return count; };`,
      { maxSandboxes: 1 },
    );
    await fn.invoke({});
    expect(await fn.invoke({ exit: true })).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'Runtime exited with error: exit status 3',
    });
    expect(await fn.invoke({})).toEqual({ payload: 1 });
  });

  test.each([
    [`new Error('nobody catches me')`, { errorType: 'Error', errorMessage: 'nobody catches me' }],
    [`'a text'`, { errorType: 'string', errorMessage: 'a text' }],
    ['null', { errorType: 'object', errorMessage: 'null' }],
  ])('that nobody catches fails the event under way: %s', async (thrown, failure) => {
    const fn = await functionOf(`export const handler = () => new Promise(() => {
      setImmediate(() => { throw ${thrown}; });
    });`);
    expect(await fn.invoke({})).toEqual(failure);
  });

  test('between two events costs neither of them', async () => {
    const logged = new Queue<string>();
    const fn = await functionOf(
      `export const handler = async () => { setImmediate(() => process.exit(1)); return 'ok'; };`,
      { onLog: (line) => logged.push(line) },
    );
    expect(await fn.invoke({})).toEqual({ payload: 'ok' });
    expect(await logged.next()).toBe('Runtime.ExitError: Runtime exited with error: exit status 1');
    expect(await fn.invoke({})).toEqual({ payload: 'ok' });
  });

  test('is a timeout when the handler takes too long, even in a busy loop', async () => {
    const clock = new FakeClock();
    const fn = await functionOf(
      `export const handler = async () => { console.log('working'); await null; for (;;); };`,
      { clock, timeoutMs: 3_000, onLog: (line) => line === 'working' && clock.advance(3_000) },
    );
    expect(await fn.invoke({})).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Task timed out after 3.00 seconds',
    });
  });
});

test('a function that has answered leaves no timer behind', async () => {
  const clock = new FakeClock();
  const fn = await functionOf(counter, { clock });
  await fn.invoke({});
  expect(clock.pending).toBe(0);
});

describe('events at the same time', () => {
  /** Returns the id of its sandbox, once it may go on by the file that the event names. */
  const slow = `import { randomUUID } from 'node:crypto';
    import { existsSync } from 'node:fs';
    const sandbox = randomUUID();
    export const handler = async ({ gate }) => {
      console.log('started');
      while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
      return sandbox;
    };`;

  /** A file that lets the slow function go on. */
  async function gate(): Promise<{ path: string; open(): Promise<void> }> {
    const directory = await mkdtemp(join(tmpdir(), 'gate-'));
    cleanUp.push(() => rm(directory, { recursive: true }));
    const path = join(directory, 'open');
    return { path, open: () => writeFile(path, '') };
  }

  test('get a sandbox each, which are kept for the next events', async () => {
    const { path, open } = await gate();
    const started = new Queue<string>();
    const fn = await functionOf(slow, { onLog: (line) => started.push(line) });
    const first = [fn.invoke({ gate: path }), fn.invoke({ gate: path })];
    await started.next();
    await started.next();
    await open();
    const sandboxes = new Set((await Promise.all(first)).map((outcome) => JSON.stringify(outcome)));
    expect(sandboxes.size).toBe(2);
    expect(sandboxes).toContain(JSON.stringify(await fn.invoke({ gate: path })));
  });

  test('that come all at once have one more sandbox loaded at a time, and don’t wait for it', async () => {
    const loads: string[] = [];
    // What loads after the first sandbox never ends doing so.
    const { path, open } = await gate();
    const source = `import { existsSync, unlinkSync } from 'node:fs';
      console.log('loads');
      while (!existsSync('${path}')) await new Promise((resolve) => setTimeout(resolve, 5));
      unlinkSync('${path}');
      let count = 0;
      export const handler = async () => ++count;`;
    await open();
    const fn = await functionOf(source, { onLog: (line) => loads.push(line) });
    await fn.warmUp();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => fn.invoke({})));

    expect(outcomes.at(-1)).toEqual({ payload: 20 });
    await expect.poll(() => loads.length).toBe(2);
    for (let more = 1; more <= 200; more++) expect(await fn.invoke({})).toEqual({ payload: 20 + more });
    expect(loads).toHaveLength(2);
  });

  test('wait their turn where there are no more sandboxes', async () => {
    const fn = await functionOf(counter, { maxSandboxes: 1 });
    const outcomes = await Promise.all([1, 2, 3].map(() => fn.invoke({})));
    expect(outcomes).toEqual([{ payload: 1 }, { payload: 2 }, { payload: 3 }]);
  });

  test('are throttled where too many wait', async () => {
    const { path, open } = await gate();
    const fn = await functionOf(slow, { maxSandboxes: 1, maxWaiting: 1 });
    const waits = fn.invoke({ gate: path });
    expect(await fn.invoke({ gate: path })).toMatchObject({ errorType: 'TooManyRequestsException' });
    await open();
    expect(await waits).toEqual({ payload: expect.any(String) });
  });

  test('fail where their sandbox is killed, and the next event gets a new one', async () => {
    const { path, open } = await gate();
    const started = new Queue<string>();
    const fn = await functionOf(slow, { maxSandboxes: 1, onLog: (line) => started.push(line) });
    const underWay = fn.invoke({ gate: path });
    await started.next();
    expect(await fn.killBusySandboxes()).toBe(1);
    expect(await underWay).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'Runtime exited with error: exit status 1',
    });
    await open();
    expect(await fn.invoke({ gate: path })).toEqual({ payload: expect.any(String) });
    expect(await fn.killBusySandboxes()).toBe(0);
  });

  test('fail when the function is stopped, as do those that come later', async () => {
    const started = new Queue<string>();
    const fn = await functionOf(slow, { maxSandboxes: 1, onLog: (line) => started.push(line) });
    const underWay = fn.invoke({ gate: '/never' });
    await started.next();
    const waiting = fn.invoke({ gate: '/never' });
    await fn.stop();
    expect(await underWay).toMatchObject({ errorType: 'ServiceException' });
    expect(await waiting).toMatchObject({ errorType: 'ServiceException' });
    expect(await fn.invoke({})).toMatchObject({ errorType: 'ServiceException' });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
describe('the payload limits', () => {
  const length = 'export const handler = async (text) => text.length;';
  const repeat = `export const handler = async (times) => 'x'.repeat(times);`;
  const quotes = 2;

  test('let an event of 6,291,456 bytes of JSON pass and refuse one more', async () => {
    const fn = await functionOf(length);
    expect(await fn.invoke('x'.repeat(6_291_456 - quotes))).toEqual({ payload: 6_291_454 });
    expect(await fn.invoke('x'.repeat(6_291_457 - quotes))).toMatchObject({
      errorType: 'RequestTooLargeException',
    });
  });

  test('let an answer of 6,291,556 bytes of JSON pass and refuse one more', async () => {
    const fn = await functionOf(repeat);
    expect(await fn.invoke(6_291_556 - quotes)).toMatchObject({ payload: expect.any(String) });
    expect(await fn.invoke(6_291_557 - quotes)).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });
});
