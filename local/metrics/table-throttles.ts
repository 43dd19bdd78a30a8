import type { Metric } from './metric.ts';

const reads: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/**
 * Metrics of a table that refuses a request; of several tables each.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function tableThrottles(operation: string, request: string): Metric[] {
  const name = reads.has(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
  return tablesOf(JSON.parse(request)).map((TableName) => ({
    namespace: 'AWS/DynamoDB',
    name,
    dimensions: { TableName },
    value: 1,
  }));
}

type Request = {
  TableName?: string;
  RequestItems?: object;
  TransactItems?: Record<string, { TableName: string }>[];
};

function tablesOf({ TableName, RequestItems = {}, TransactItems = [] }: Request): string[] {
  const ofTransaction = TransactItems.flatMap((item) => Object.values(item).map((part) => part.TableName));
  return [...new Set([...(TableName ? [TableName] : []), ...Object.keys(RequestItems), ...ofTransaction])];
}
