import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Server, Socket } from 'node:net';
import worker from 'node:worker_threads';

// A unit test that opens a socket, or starts a process or a thread, fails here: `test-projects.ts` took it for one by
// what it imports.

function refuse(): never {
  throw new Error(
    'A unit test opens no socket, and starts no process or thread: see test/support/test-projects.ts.',
  );
}

Socket.prototype.connect = refuse;
Server.prototype.listen = refuse;
for (const start of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const)
  childProcess[start] = refuse as never;
worker.Worker = refuse as never;
syncBuiltinESMExports();
