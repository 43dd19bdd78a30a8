import { reconnectStorm, type StormOptions, type StormResult } from './reconnect-storm.ts';

/** Of more clients than this, so many are simulated, and the rest is proportion. */
const maxSimulated = 50_000;

/**
 * The storm of any number of clients. A storm of a tenth of the clients at a tenth of the rate takes the same time and
 * has a tenth of the attempts: every client meets the same chance to be let in.
 */
export function scaledStorm(options: StormOptions): StormResult {
  const factor = Math.max(1, options.clients / maxSimulated);
  const result = reconnectStorm({
    ...options,
    clients: Math.round(options.clients / factor),
    connectionsPerSecond: options.connectionsPerSecond / factor,
  });
  return {
    ...result,
    connected: result.connected * factor,
    attempts: result.attempts * factor,
    tokens: result.tokens * factor,
    attemptsInWorstSecond: result.attemptsInWorstSecond * factor,
    refusedPerSecond: result.refusedPerSecond * factor,
    registersAtOnce: result.registersAtOnce * factor,
  };
}
