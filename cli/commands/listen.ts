import { type RawData, WebSocket } from 'ws';
import { uidProblem } from '../../protocol/uid.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printLine, printNote } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';

const openTimeoutMs = 10_000;

/** A close that waits longer for the other side's answer is cut off. */
const closeTimeoutMs = 2_000;

/** Registers as `uid` and prints what arrives, until `signal`, or until `count` messages have come. */
export async function listen(
  webSocketUrl: string,
  uid: string,
  { count = Number.POSITIVE_INFINITY, signal }: { count?: number; signal: AbortSignal },
): Promise<ExitCode> {
  // The service ignores what can't be a uid, and would leave us listening to nothing.
  const problem = uidProblem(uid);
  if (problem) throw new CliError(ExitCode.usage, `A uid was expected; found ${problem}.`);
  const socket = new WebSocket(webSocketUrl, { handshakeTimeout: openTimeoutMs });
  let received = 0;
  let closeTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (closeTimer) return;
    closeTimer = setTimeout(() => socket.terminate(), closeTimeoutMs);
    socket.close();
  };

  socket.on('open', () => {
    socket.send(uid);
    printNote(`Listening as ${uid}. Ctrl-C ends it.`);
  });
  socket.on('message', (data: RawData) => {
    if (received === count) return;
    printLine(data.toString());
    received++;
    if (received === count) stop();
  });
  signal.addEventListener('abort', stop);
  try {
    const code = await closeCodeOf(socket);
    if (!closeTimer) throw new CliError(ExitCode.failed, `The connection was closed with ${code}.`);
    return received < count && count !== Number.POSITIVE_INFINITY ? ExitCode.negative : ExitCode.done;
  } finally {
    clearTimeout(closeTimer);
    signal.removeEventListener('abort', stop);
  }

  /** Rejects when the connection can't be made, unless that is because it is stopped. */
  function closeCodeOf(closing: WebSocket): Promise<number> {
    return new Promise((resolve, reject) => {
      closing.on('error', (error) => {
        if (closeTimer) return;
        reject(
          new CliError(ExitCode.failed, `${webSocketUrl} can't be listened to: ${error.message}`, {
            cause: error,
          }),
        );
      });
      closing.on('close', resolve);
    });
  }
}
