import type { WebSocketConstructor } from '../../client/browser/index.ts';

/** How long sockets may take to close, in milliseconds: what is not sent before the function is frozen is sent late. */
const closeTimeoutMs = 1_000;

/** WebSockets of a page of one origin, and when they are closed. */
export type PageSockets = {
  WebSocket: WebSocketConstructor;
  /** Resolves when all are closed, or would take too long. */
  closed(): Promise<void>;
};

/** `allowedOrigins`: as the connect function has them; a page of the first of them connects. */
export function pageSockets(allowedOrigins: string): PageSockets {
  const closings: Promise<void>[] = [];
  const [pattern = ''] = allowedOrigins.split(',');
  // `*` is one label of any name.
  const origin = pattern.trim().replace('*', 'canary');
  // Node's WebSocket takes headers, which a browser's, whose type it has, does not.
  // https://github.com/nodejs/undici/blob/main/docs/docs/api/WebSocket.md
  const options: object = origin === '' ? {} : { headers: { origin } };
  return {
    WebSocket: class extends WebSocket {
      constructor(url: string) {
        super(url, options as string[]);
        closings.push(new Promise((resolve) => this.addEventListener('close', () => resolve())));
      }
    },
    async closed() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeTimeoutMs).unref());
      await Promise.race([Promise.all(closings), late]);
    },
  };
}
