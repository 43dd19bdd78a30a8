import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startServices } from '../../../local/services.ts';
import { startFaultyTables } from '../../../local/table/faulty-tables.ts';
import { type CallTable, tableClient } from '../../../local/table/table-client.ts';
import type { TableFaults } from '../../../local/table/table-faults.ts';
import { startTables } from '../../../local/table/tables.ts';
import { systemClock } from '../../../protocol/clock.ts';

const plan = {
  name: 'Things',
  keySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  timeToLiveAttribute: undefined,
};

let faults: TableFaults;
let call: CallTable;
/** Past the faults. */
let callTables: CallTable;

beforeEach(async () => {
  faults = {};
  const { endpoint, tables, stop } = await startServices(async (services) => {
    const tables = await services.add(startTables([plan], { clock: systemClock, onLog: () => {} }));
    const { endpoint } = await services.add(startFaultyTables(tables.endpoint, faults, systemClock));
    return { endpoint, tables: tables.endpoint };
  });
  onTestFinished(stop);
  call = tableClient(endpoint);
  callTables = tableClient(tables);
});

const put = { TableName: 'Things', Item: { id: { S: 'a' } } };

async function items(): Promise<unknown> {
  return (await callTables('Scan', { TableName: 'Things' })).Items;
}

test('without a fault a request is done, and answered as the tables answer it', async () => {
  const operations: string[] = [];
  faults.request = (operation) => void operations.push(operation);

  expect(await call('PutItem', put)).toEqual({});
  expect((await call('Scan', { TableName: 'Things' })).Items).toEqual([put.Item]);
  await expect(call('Scan', { TableName: 'None' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  expect(operations).toEqual(['PutItem', 'Scan', 'Scan']);
});

test.each([
  ['throttle', 'ProvisionedThroughputExceededException'],
  ['server-error', 'InternalServerError'],
] as const)('a request with the fault %s is not done', async (kind, code) => {
  faults.request = () => ({ kind });

  await expect(call('PutItem', put)).rejects.toMatchObject({ code });
  expect(await items()).toEqual([]);
});

test('a request whose answer is lost is done', async () => {
  faults.request = () => ({ kind: 'lost-answer' });

  await expect(call('PutItem', put)).rejects.toThrow('fetch failed');
  expect(await items()).toEqual([put.Item]);
});

test('a late request is done in the end', async () => {
  faults.request = () => ({ kind: 'delay', milliseconds: 20 });

  expect(await call('PutItem', put)).toEqual({});
  expect(await items()).toEqual([put.Item]);
});
