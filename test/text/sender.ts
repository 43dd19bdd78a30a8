import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A program that speaks the Text protocol, as tests need it: no answer is missed however late it is asked for. When the
 * service ends the connection, so does it.
 */
export class Sender {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = '';
  #changed: () => void = () => {};
  #hasEnded = false;

  /**
   * `at` is a port of this machine or the path of a local socket. Only with `reads` does it take what the service
   * answers.
   */
  static async connect(at: number | string, { reads = true } = {}): Promise<Sender> {
    const socket = connect(
      typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1', noDelay: true },
    );
    await once(socket, 'connect');
    return new Sender(socket, reads);
  }

  private constructor(socket: Socket, reads: boolean) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    const ended = () => {
      this.#hasEnded = true;
      this.#changed();
    };
    socket.on('end', ended).on('close', ended).on('error', ended);
    if (reads) this.read();
  }

  read(): void {
    this.socket.on('data', (chunk) => {
      this.#received += chunk.toString();
      this.#changed();
    });
  }

  send(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** The next `count` answers. */
  async answers(count: number): Promise<string[]> {
    while (this.#complete.length < count) {
      if (this.#hasEnded)
        throw new Error(`The service ended after ${this.#complete.length} of ${count} answers.`);
      await this.#change();
    }
    const answers = this.#complete.slice(0, count);
    this.#received = this.#received.slice(answers.join('\n').length + 1);
    return answers;
  }

  /** All answers up to the end that the service makes. */
  async answersUntilEnd(): Promise<string[]> {
    while (!this.#hasEnded) await this.#change();
    return this.#complete;
  }

  get #complete(): string[] {
    return this.#received.split('\n').slice(0, -1);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}
