import { describeConnectionTable } from '../contract/connection-table.ts';
import { emptyConnectionTable } from '../support/dynamodb.ts';
import { MemoryConnectionTable } from '../support/memory-connection-table.ts';

describeConnectionTable('DynamoDB', emptyConnectionTable);
describeConnectionTable('the memory of the model tests', () => new MemoryConnectionTable());
