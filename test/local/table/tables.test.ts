import { describe, expect, onTestFinished, test } from 'vitest';
import { startExpiry } from '../../../local/table/expiry.ts';
import { type CallTable, tableClient } from '../../../local/table/table-client.ts';
import { startTables } from '../../../local/table/tables.ts';
import type { TablePlan } from '../../../local/template/table-plan.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const plan: TablePlan = {
  name: 'connections',
  attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  timeToLiveAttribute: 'expiresAt',
};
const minute = 60_000;

async function startTable(table: TablePlan = plan) {
  const clock = new FakeClock();
  const tables = await startTables([table], { clock, onLog: (_, line) => expect.fail(line) });
  onTestFinished(() => tables.stop());
  return { clock, call: tableClient(tables.endpoint) };
}

async function put(call: CallTable, key: string, expiresAtMs: number): Promise<void> {
  const expiresAt = { N: String(Math.floor(expiresAtMs / 1_000)) };
  await call('PutItem', { TableName: plan.name, Item: { pk: { S: key }, expiresAt } });
}

async function keys(call: CallTable): Promise<string[]> {
  const { Items } = await call('Scan', { TableName: plan.name });
  return (Items as { pk: { S: string } }[]).map(({ pk }) => pk.S).toSorted();
}

describe('the tables of the stack', () => {
  test('are active when they have started', async () => {
    const { call } = await startTable();
    expect(await call('DescribeTable', { TableName: plan.name })).toMatchObject({
      Table: { TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] },
    });
  });

  test('are gone when they have stopped', async () => {
    const tables = await startTables([plan], { clock: new FakeClock(), onLog: () => {} });
    await tables.stop();
    await expect(tableClient(tables.endpoint)('ListTables', {})).rejects.toThrow(TypeError);
  });

  test('leave no timer behind when they have stopped', async () => {
    const clock = new FakeClock();
    const tables = await startTables([plan], { clock, onLog: () => {} });
    await tables.stop();
    expect(clock.pending).toBe(0);
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
describe('an item with a time to live', () => {
  test('stays past its end until it is looked for, and is deleted then', async () => {
    const { clock, call } = await startTable();
    await put(call, 'expired', clock.now() - 1_000);
    await put(call, 'alive', clock.now() + 2 * minute);
    expect(await keys(call)).toEqual(['alive', 'expired']);
    clock.advance(minute);
    await expect.poll(() => keys(call)).toEqual(['alive']);
  });

  test('is deleted by a later look when its end has come', async () => {
    const { clock, call } = await startTable();
    await put(call, 'first', clock.now() - 1_000);
    await put(call, 'second', clock.now() + minute);
    clock.advance(minute);
    await expect.poll(() => keys(call)).toEqual(['second']);
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(minute);
    await expect.poll(() => keys(call)).toEqual([]);
  });

  test('stays when its end is moved while it is being deleted', async () => {
    const { clock, call } = await startTable({ ...plan, timeToLiveAttribute: undefined });
    await put(call, 'extended', clock.now() - 1_000);
    const extending: CallTable = async (operation, input) => {
      const output = await call(operation, input);
      if (operation === 'Scan') await put(call, 'extended', clock.now() + minute);
      return output;
    };
    const onLog = (line: string) => expect.fail(line);
    const expiry = startExpiry({ call: extending, table: plan, clock, onLog });
    clock.advance(minute);
    await expiry.stop();
    expect(await keys(call)).toEqual(['extended']);
  });

  test('stays where the table has no time to live', async () => {
    const { clock, call } = await startTable({ ...plan, timeToLiveAttribute: undefined });
    await put(call, 'expired', clock.now() - 1_000);
    expect(clock.pending).toBe(0);
    expect(await keys(call)).toEqual(['expired']);
  });
});
