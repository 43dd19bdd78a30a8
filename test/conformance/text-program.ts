import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { within } from './within.ts';

export type TextAddress = {
  host: string;
  port: number;
  /** Whether the endpoint has a certificate. */
  tls: boolean;
  /** What the first line of a connection proves, where the endpoint wants that. */
  secret?: string;
};

const connectMs = 5_000;

/** A program that speaks the Text protocol. */
export class TextProgram {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // What breaks the connection ends the answers, and the one who waits for them says so.
    socket.on('error', () => {});
    this.#answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Rejects with the connection's own error, whose `code` is the reason. */
  static async connect({ host, port, tls, secret }: TextAddress): Promise<TextProgram> {
    const socket = await openSocket({ host, port, tls });
    const program = new TextProgram(socket);
    if (secret !== undefined) await program.answersTo(JSON.stringify({ secret }));
    return program;
  }

  /** Sends the lines at once and resolves to their answers, in order. */
  async answersTo(...lines: string[]): Promise<(string | undefined)[]> {
    this.#socket.write(lines.map((line) => `${line}\n`).join(''));
    const answers: (string | undefined)[] = [];
    for (const _line of lines) {
      const { value } = await within('the answer to a line', this.#answers.next());
      answers.push(value);
    }
    return answers;
  }

  end(): void {
    this.#socket.destroy();
  }
}

async function openSocket({ host, port, tls }: Omit<TextAddress, 'secret'>): Promise<Socket> {
  const socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
  try {
    await once(socket, tls ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(connectMs) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What a host that can't be reached from here looks like; a port that refuses is a service that is down. */
const outOfReach = ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ABORT_ERR'];

/** Why the endpoint can't be reached from here; `undefined` when it can, or when it is there and broken. */
export async function unreachableReason(address: TextAddress): Promise<string | undefined> {
  try {
    (await openSocket(address)).destroy();
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return outOfReach.includes(code) ? `${address.host} is not reachable from here (${code})` : undefined;
  }
}
