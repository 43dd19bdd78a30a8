import { broadcastTable, capTable, steadyLoadTable, stormTable } from './tables.ts';

/** `npm run simulate`: prints the tables of docs/SCALE.md. */
const tables = {
  'What connections cost while nobody pushes': steadyLoadTable,
  'All pages lose their connections at once': stormTable,
  'The same for a million pages, by how long a page waits at most': capTable,
  'A broadcast': broadcastTable,
};

for (const [title, table] of Object.entries(tables)) {
  process.stdout.write(`${title}\n\n${await table()}\n\n`);
}
