import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'uidpush-local-';
/** A stack listens on it as long as it lives: the system ends that with the process, however the process ends. */
const socketName = 'owner';

/**
 * A directory in the temporary one for what a stack puts aside, until it is stopped. Directories of stacks that were
 * killed are deleted: those whose socket is there and refuses. One without a socket is left alone, since its owner may
 * just be making it.
 */
export async function workDirectory(): Promise<{ path: string; stop(): Promise<void> }> {
  await sweep();
  const path = await mkdtemp(join(tmpdir(), prefix));
  const owner = createServer((socket) => socket.destroy());
  // Where a path can't be listened on, as one that is too long, this directory is never swept.
  owner.on('error', () => {});
  owner.listen(join(path, socketName));
  await Promise.race([once(owner, 'listening'), once(owner, 'error')]).catch(() => {});
  const stop = async () => {
    owner.close();
    await rm(path, { recursive: true, force: true });
  };
  return { path, stop };
}

async function sweep(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((candidate) => candidate.startsWith(prefix))) {
    const path = join(tmpdir(), name);
    // Folders of other users stay.
    if (await refuses(join(path, socketName)))
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function refuses(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.once('close', () => resolve(false));
  });
}
