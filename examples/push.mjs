/**
 * Pushes a text to a user from Node: one JSON line over TCP, and one line comes back.
 *
 *     node push.mjs <uid> <text> [host:port]
 *
 * The address can also come from TEXT_ENDPOINT; without either it is 127.0.0.1:5678.
 * Exit code: 0 for `ok`, 1 for `fail` (no browser of this uid took it), 2 when there is no answer.
 */
import { connect } from 'node:net';

const answerTimeout = 30_000;

const [uid, text, endpoint = process.env.TEXT_ENDPOINT ?? '127.0.0.1:5678'] = process.argv.slice(2);
if (text === undefined) {
  process.stderr.write('usage: node push.mjs <uid> <text> [host:port]\n');
  process.exit(2);
}

try {
  const answer = await push({ uid, text });
  process.stdout.write(`${answer}\n`);
  process.exitCode = answer === 'ok' ? 0 : 1;
} catch (error) {
  process.stderr.write(`${endpoint} gave no answer: ${error.message}\n`);
  process.exitCode = 2;
}

async function push(message) {
  const separator = endpoint.lastIndexOf(':');
  const socket = connect({ host: endpoint.slice(0, separator), port: Number(endpoint.slice(separator + 1)) });
  socket.setEncoding('utf8');
  socket.setTimeout(answerTimeout, () => socket.destroy(new Error(`nothing came in ${answerTimeout} ms`)));
  socket.write(`${JSON.stringify(message)}\n`);

  let answer = '';
  for await (const piece of socket) {
    answer += piece;
    if (answer.endsWith('\n')) return answer.trimEnd();
  }
  throw new Error('the connection was closed');
}
