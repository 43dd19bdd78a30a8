import { type CallTable, tableClient } from '../../local/table/table-client.ts';
import { only } from '../../local/template/only.ts';

type Item = Record<string, { S?: string; N?: string } | undefined>;

/** Rows of connections in the table: those that are a uid's, those that have a registration, and when rows expire. */
export type TableRows = {
  /** Connection id → its uid. */
  uids: Map<string, string>;
  /** Connection ids. */
  registrations: Set<string>;
  /** Epoch seconds, of every row. */
  expiries: number[];
};

/** Reads all of the table of connections, past any fault. */
export async function readTableRows(endpoint: string, tableNames: readonly string[]): Promise<TableRows> {
  const TableName = only(
    tableNames.filter((name) => name.includes('Connections')),
    'table of connections',
  );
  const rows: TableRows = { uids: new Map(), registrations: new Set(), expiries: [] };
  for await (const { pk, sk, expiresAt } of itemsOf(tableClient(endpoint), TableName)) {
    const [, uid] = /^uid#(.*)$/s.exec(pk?.S ?? '') ?? [];
    const [, connectionId = ''] = /^connection#(.*)$/s.exec((uid === undefined ? pk : sk)?.S ?? '') ?? [];
    if (uid === undefined) rows.registrations.add(connectionId);
    else rows.uids.set(connectionId, uid);
    rows.expiries.push(Number(expiresAt?.N));
  }
  return rows;
}

async function* itemsOf(call: CallTable, TableName: string): AsyncGenerator<Item> {
  let startKey: unknown;
  do {
    const page = await call('Scan', { TableName, ...(startKey ? { ExclusiveStartKey: startKey } : {}) });
    yield* page.Items as Item[];
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}
