import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Programs that send lines over TCP as fast as they are answered. */
export type LineLoad = {
  port: number;
  connections: number;
  /** Lines that each connection has sent and that are not yet answered. */
  inFlight: number;
  /** All lines, of all connections. */
  lines: number;
  /** The n-th line, with its ending. */
  lineOf(n: number): string;
};

/** Seconds until every line was answered `ok`; throws when one was not. */
export async function sendLines({ port, connections, inFlight, lines, lineOf }: LineLoad): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let sent = 0;
  const take = (most: number): string => {
    let text = '';
    for (const end = Math.min(lines, sent + most); sent < end; sent++) text += lineOf(sent);
    return text;
  };
  const start = performance.now();
  await Promise.all(sockets.map((socket) => talk(socket, inFlight, take)));
  const seconds = (performance.now() - start) / 1_000;
  for (const socket of sockets) socket.destroy();
  return seconds;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Keeps `inFlight` lines on their way until there are no more to take. */
function talk(socket: Socket, inFlight: number, take: (most: number) => string): Promise<void> {
  return new Promise((resolve, reject) => {
    let unanswered = 0;
    let rest = '';
    const send = (most: number) => {
      const text = take(most);
      unanswered += text.split('\n').length - 1;
      if (text !== '') socket.write(text);
      if (unanswered === 0) resolve();
    };
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const answers = (rest + chunk).split('\n');
      rest = answers.pop() ?? '';
      const bad = answers.find((answer) => answer !== 'ok');
      if (bad !== undefined) reject(new Error(`A line was answered "${bad}".`));
      unanswered -= answers.length;
      send(answers.length);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The text service closed the connection.')));
    send(inFlight);
  });
}
