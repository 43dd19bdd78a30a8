import { describe, expect, it } from 'vitest';
import { readSettings } from '../../text/settings.ts';

const PUSH_URL = 'http://127.0.0.1/';

describe('the environment of the text service', () => {
  it('needs nothing but the push URL', () => {
    expect(readSettings({ PUSH_URL })).toEqual({
      pushUrl: PUSH_URL,
      pushSecret: undefined,
      host: '0.0.0.0',
      port: 5678,
      idleTimeoutMs: 600_000,
      ttlSeconds: 0,
      secrets: [],
      logLevel: 'warn',
      isTracing: false,
    });
  });

  it('may set everything, and several secrets while they are being changed', () => {
    const environment = {
      PUSH_URL,
      PUSH_SECRET: 'push',
      HOST: '127.0.0.1',
      PORT: '0',
      IDLE_TIMEOUT_SECONDS: '300',
      TTL_SECONDS: '60',
      TEXT_SECRET: ' new  old\n',
      LOG_LEVEL: 'debug',
      TRACING: 'true',
    };
    expect(readSettings(environment)).toEqual({
      pushUrl: PUSH_URL,
      pushSecret: 'push',
      host: '127.0.0.1',
      port: 0,
      idleTimeoutMs: 300_000,
      ttlSeconds: 60,
      secrets: ['new', 'old'],
      logLevel: 'debug',
      isTracing: true,
    });
  });

  it.each([
    [{}, 'PUSH_URL is not set'],
    [{ PUSH_URL, TEXT_SECRET: '' }, 'TEXT_SECRET is empty'],
    [{ PUSH_URL, TEXT_SECRET: ' \n' }, 'TEXT_SECRET is empty'],
    [{ PUSH_URL, TTL_SECONDS: '1.5' }, 'TTL_SECONDS is not a whole number'],
    [{ PUSH_URL, IDLE_TIMEOUT_SECONDS: '' }, 'IDLE_TIMEOUT_SECONDS must be whole seconds'],
    [{ PUSH_URL, IDLE_TIMEOUT_SECONDS: '0' }, 'IDLE_TIMEOUT_SECONDS must be whole seconds'],
    [{ PUSH_URL, IDLE_TIMEOUT_SECONDS: '1.5' }, 'IDLE_TIMEOUT_SECONDS must be whole seconds'],
    [{ PUSH_URL, IDLE_TIMEOUT_SECONDS: '1e9' }, 'IDLE_TIMEOUT_SECONDS must be whole seconds'],
  ])('%j is refused by the name of the variable', (environment, problem) => {
    expect(() => readSettings(environment)).toThrow(problem);
  });
});
