import { type LogLevel, logLevelOf } from '../protocol/log-line.ts';
import { defaultTextLimits } from './limits.ts';
import { TextVariable } from './names.ts';

export type Settings = {
  pushUrl: string;
  pushSecret: string | undefined;
  host: string;
  port: number;
  idleTimeoutMs: number;
  /** For how long messages are stored; 0: not at all. */
  ttlSeconds: number;
  /** Empty: none is asked for. */
  secrets: readonly string[];
  logLevel: LogLevel;
  isTracing: boolean;
};

/**
 * Reads the environment, see `TextVariable`. What can't be used is an error that names the variable, and not its value.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const pushUrl = environment[TextVariable.pushUrl];
  if (!pushUrl) throw new Error(`The environment variable ${TextVariable.pushUrl} is not set.`);
  return {
    pushUrl,
    pushSecret: environment[TextVariable.pushSecret],
    host: environment[TextVariable.host] ?? '0.0.0.0',
    port: Number(environment[TextVariable.port] ?? '5678'),
    idleTimeoutMs: idleTimeoutMs(environment[TextVariable.idleTimeoutSeconds]),
    ttlSeconds: ttlSeconds(environment[TextVariable.ttlSeconds] ?? '0'),
    secrets: secretsOf(environment[TextVariable.secret]),
    logLevel: logLevelOf(environment[TextVariable.logLevel]),
    isTracing: environment[TextVariable.tracing] === 'true',
  };
}

function idleTimeoutMs(seconds: string | undefined): number {
  if (seconds === undefined) return defaultTextLimits.idleTimeoutMs;
  // Six digits, so that it is no more than a timer takes.
  if (/^[1-9]\d{0,5}$/.test(seconds)) return Number(seconds) * 1_000;
  throw new Error(`The environment variable ${TextVariable.idleTimeoutSeconds} must be whole seconds.`);
}

function ttlSeconds(seconds: string): number {
  if (/^\d{1,9}$/.test(seconds)) return Number(seconds);
  throw new Error(`The environment variable ${TextVariable.ttlSeconds} is not a whole number of seconds.`);
}

function secretsOf(value: string | undefined): string[] {
  if (value === undefined) return [];
  const secrets = value.split(/\s+/).filter((secret) => secret !== '');
  // Without this, a secret that was emptied by mistake would admit every sender.
  if (secrets.length === 0) throw new Error(`The environment variable ${TextVariable.secret} is empty.`);
  return secrets;
}
