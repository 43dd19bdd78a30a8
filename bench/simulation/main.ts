import { ExitCode } from '../../terminal/exit-code.ts';
import { print } from '../../terminal/output.ts';
import { runCommand } from '../../terminal/run-command.ts';
import { broadcastTable, capTable, steadyLoadTable, stormTable } from './tables.ts';

/** `npm run simulate`: prints the tables of docs/SCALE.md. */
const tables = {
  'What connections cost while nobody pushes': steadyLoadTable,
  'All pages lose their connections at once': stormTable,
  'The same for a million pages, by how long a page waits at most': capTable,
  'A broadcast': broadcastTable,
};

await runCommand('simulate', async () => {
  for (const [title, table] of Object.entries(tables)) print(`${title}\n\n${await table()}\n\n`);
  return ExitCode.done;
});
