import { type ClientOptions, WebSocket } from 'ws';
import { type ConnectOptions, connect, type Status, TroubleReason } from '../../client/browser/index.ts';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { ExitCode } from '../../terminal/exit-code.ts';
import { printJson, printLine, printNote, readerSignal } from '../../terminal/output.ts';
import { CliError } from '../cli-error.ts';
import type { ListenerCredential } from '../listener-credential.ts';

export type ListenOptions = {
  /** How many messages to wait for. @default Infinity */
  count?: number;
  /** Whether each message is a line of JSON, with its id and number. Otherwise it is printed as it was sent. */
  json: boolean;
  /** Ends the command. */
  signal: AbortSignal;
} & Pick<ConnectOptions, 'heartbeatMs' | 'device'>;

/** The type of `ws` lacks `closeTimeout`: how long a close may wait for the answer of the other side. */
const socketOptions: ClientOptions & { closeTimeout: number } = {
  handshakeTimeout: 10_000,
  closeTimeout: 2_000,
};

class CommandSocket extends WebSocket {
  constructor(url: string) {
    super(url, socketOptions);
  }
}

/** A person who looks on is no page: nothing is remembered, and nothing acknowledged. */
const noStorage = { getItem: () => null, setItem() {} };

/**
 * Registers as a page does, with the browser client, and prints what arrives, until `signal`, until its output is no
 * longer read, or until `count` messages have come. A connection that is lost is made again; one that can't be made at
 * first ends the command.
 */
export async function listen(
  url: string,
  { lasts, ...who }: ListenerCredential,
  { count = Number.POSITIVE_INFINITY, json, signal, ...options }: ListenOptions,
): Promise<ExitCode> {
  const stopped = AbortSignal.any([signal, readerSignal]);
  let received = 0;
  let wasOpen = false;
  const connection = connect({
    url,
    ...who,
    ...options,
    WebSocket: CommandSocket,
    storage: noStorage,
    acknowledge: false,
  });
  const ended = new Promise<void>((resolve, reject) => {
    connection.onmessage = ({ text, id, seq }) => {
      if (received === count) return;
      received += 1;
      if (json) printJson({ id, ...(seq !== undefined && { seq }), text });
      else printLine(text);
      if (received === count) resolve();
    };
    connection.onstatus = (status) => {
      const problem = problemOf(status, { url, wasOpen, lasts, isClaimed: who.identity === 'claimed' });
      if (problem !== undefined) reject(new CliError(ExitCode.failed, problem));
      else if (status.state === 'waiting')
        printNote(`The connection is lost (${status.reason}); trying again …`);
      if (status.state !== 'open') return;
      printNote(
        wasOpen ? `Listening as ${status.uid} again.` : `Listening as ${status.uid}. Ctrl-C ends it.`,
      );
      wasOpen = true;
    };
    stopped.addEventListener('abort', () => resolve());
    if (stopped.aborted) resolve();
  });
  try {
    await ended;
  } finally {
    connection.close();
  }
  return received < count && count !== Number.POSITIVE_INFINITY ? ExitCode.negative : ExitCode.done;
}

type Attempt = { url: string; wasOpen: boolean; lasts: boolean; isClaimed: boolean };

/** Why the command ends, if this status ends it. */
function problemOf(status: Status, { url, wasOpen, lasts, isClaimed }: Attempt): string | undefined {
  if (status.state === 'closed' && status.reason === 'refused') {
    const hint =
      isClaimed && status.code === FrameErrorCode.badFrame
        ? ' Where uids are proven, listen with a token, or set UIDPUSH_TOKEN_SECRET.'
        : '';
    return `The service refused (${status.code}): ${status.message}.${hint}`;
  }
  if (status.state !== 'waiting') return undefined;
  if (status.reason === TroubleReason.tokenExpired && !lasts) return 'The token has expired.';
  if (wasOpen) return undefined;
  const cause = status.cause instanceof Error ? `: ${status.cause.message}` : '';
  return `${withoutPassword(url)} can't be listened to (${status.reason})${cause}`;
}

/** The address, which can be used, as it may be printed. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/?]*@/, '//');
}
