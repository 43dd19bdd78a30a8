// Opens as many TCP connections as the message says and says nothing on them. A process of its own: its sockets and its
// memory are not those of the service. It ends when its standard input does.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const atOnce = 100;
/** @type {import('node:net').Socket[]} */
const sockets = [];
while (sockets.length < count) {
  const next = Array.from({ length: Math.min(atOnce, count - sockets.length) }, () =>
    connect(port, '127.0.0.1'),
  );
  await Promise.all(next.map((socket) => once(socket, 'connect')));
  sockets.push(...next);
}
process.stdout.write('open\n');
process.stdin.on('end', () => process.exit(0)).resume();
