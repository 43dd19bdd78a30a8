/**
 * Names that the CDK app and the text service must agree on. `lib/` imports this file and `limits.ts`, and nothing else
 * of `text/`.
 */

/** Environment variables of the text service. */
export const TextVariable = {
  /** Where messages are pushed to; required. */
  pushUrl: 'PUSH_URL',
  /** Bearer secret of the push URL, with `pushAuth=secret`; without it requests to AWS are signed. */
  pushSecret: 'PUSH_SECRET',
  /** The address to listen on; by default all of the container's. */
  host: 'HOST',
  /** The port to listen on; by default 5678, as in the original. */
  port: 'PORT',
  /** Whole seconds after which a silent connection is closed; by default ten minutes. */
  idleTimeoutSeconds: 'IDLE_TIMEOUT_SECONDS',
  /** Whole seconds for which messages are stored; by default 0: not at all. */
  ttlSeconds: 'TTL_SECONDS',
  /**
   * Secrets, one of which programs must send first; several, separated by spaces, while it is being changed. By default
   * nothing is asked for.
   */
  secret: 'TEXT_SECRET',
  /** The least of what is logged: `error`, `warn`, `info` or `debug`; by default `warn`. */
  logLevel: 'LOG_LEVEL',
  /** `true`: each request to the push URL begins a trace; by default none does. */
  tracing: 'TRACING',
} as const;
