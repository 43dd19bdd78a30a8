import type { ConnectionTable } from './connection-table.ts';

/** Returns the same table with some operations in other forms. */
export function withOperations(
  table: ConnectionTable,
  operations: Partial<ConnectionTable>,
): ConnectionTable {
  return new Proxy(table, {
    get(target, name) {
      if (Object.hasOwn(operations, name)) return Reflect.get(operations, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
