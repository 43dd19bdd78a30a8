import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Connection, type ConnectOptions, connect } from '../../client/browser/index.ts';
import { MemoryStorage } from '../client/browser/memory-storage.ts';
import { patience } from './running-stack.ts';

/** Resolves to a connection of the browser client, registered as `uid`, which is claimed. It ends with the test. */
export async function openClient<Data>(
  url: string,
  uid: string,
  options: Pick<ConnectOptions, 'heartbeatMs' | 'WebSocket'> & {
    onmessage: Connection<Data>['onmessage'];
  },
): Promise<Connection<Data>> {
  const { onmessage, ...others } = options;
  const storage = new MemoryStorage();
  const connection = connect<Data>({
    url,
    identity: 'claimed',
    credential: () => uid,
    WebSocket,
    storage,
    ...others,
  });
  onTestFinished(() => connection.close());
  connection.onmessage = onmessage;
  await expect.poll(() => connection.status.state, patience).toBe('open');
  return connection;
}
