import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { deployedModel } from '../../bench/cost/model.ts';
import { type Price, prices } from '../../bench/cost/prices.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { messageFrames } from '../../protocol/frames.ts';
import { functionKindOf } from './call-counter.ts';

const { template } = await readAssembly(inject('assemblyDirectory'));
const functions = Object.entries(template.Resources)
  .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
  .map(([logicalId, { Properties = {} }]) => ({ logicalId, properties: Properties }));

test('each function of the template has a cost, with the template’s memory', () => {
  const memory = Object.fromEntries(
    functions.map(({ logicalId, properties }) => [functionKindOf(logicalId), properties.MemorySize]),
  );
  // That of connects is there with `allowedOrigins` only, that of presence with `presence`.
  const { connectFunction, presenceWorker: _, ...others } = deployedModel.functions;

  expect(connectFunction).toMatchObject({ memoryMb: others.registerFunction.memoryMb });
  expect(memory).toEqual(
    Object.fromEntries(Object.entries(others).map(([kind, { memoryMb }]) => [kind, memoryMb])),
  );
});

test('Lambda’s own log lines are counted while the template lets Lambda write them', () => {
  const isQuiet = functions.every(
    ({ properties }) =>
      (properties.LoggingConfig as { SystemLogLevel?: string } | undefined)?.SystemLogLevel === 'WARN',
  );

  expect(deployedModel.platformLogBytes > 0).toBe(!isQuiet);
});

test('a frame is its message and as many bytes as are counted', () => {
  const [frame = ''] = messageFrames(randomUUID(), '{}', true);

  expect(Buffer.byteLength(frame) - Buffer.byteLength('{}')).toBe(deployedModel.frameBytes);
});

test.each(Object.entries(prices) as [string, Price][])('the price of %s has a source', (_, price) => {
  expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\//);
  expect(price.dollars).toBeGreaterThan(0);
});
