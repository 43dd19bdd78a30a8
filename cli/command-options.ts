import { InvalidArgumentError, Option } from 'commander';
import type { PushOptions, SelectionOptions } from '../client/backend/options.ts';
import { MAX_DEVICE_BYTES, MAX_TTL_SECONDS } from '../protocol/limits.ts';
import { isDevice } from '../protocol/selection.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';

/** Options that several commands have, and what their texts stand for. */

export type KeyOption = { idempotencyKey?: string };

/** Of the commands that push. */
export type PushCommandOptions = KeyOption & SelectionOptions & { ttl: number };

/** Returns them as the client's methods take them. */
export function pushOptionsOf({ ttl, ...options }: PushCommandOptions): PushOptions {
  return { ttlSeconds: ttl, ...keyOf(options), ...selectionOf(options) };
}

export function deviceName(text: string): string {
  if (isDevice(text)) return text;
  throw new CliError(ExitCode.usage, `The name of a device has 1 to ${MAX_DEVICE_BYTES} bytes.`);
}

export function onlyOption(): Option {
  return new Option('--only <names...>', 'devices, or ids of connections: only these');
}

export function exceptOption(): Option {
  return new Option('--except <names...>', 'devices, or ids of connections: all but these');
}

/** Of a command's options, which has others too, the selection alone. */
export function selectionOf({ only, except }: SelectionOptions): SelectionOptions {
  return { ...(only && { only }), ...(except && { except }) };
}

/** Of a command's options, which has others too, the key alone. */
export function keyOf({ idempotencyKey }: KeyOption): KeyOption {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}

export function ttlOption(): Option {
  return new Option('--ttl <seconds>', 'how long to store it for connections to come; 0: not at all')
    .argParser(wholeNumberUpTo(MAX_TTL_SECONDS))
    .default(0);
}

export function idempotencyKeyOption(): Option {
  return new Option('--idempotency-key <key>', 'repeated with the same key within 24 hours, it is done once');
}

export function wholeNumberUpTo(most: number): (text: string) => number {
  return wholeNumberBetween(0, most);
}

export function wholeNumberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

export const wholeNumberFrom1 = wholeNumberBetween(1, Number.MAX_SAFE_INTEGER);

export function examples(...lines: string[]): string {
  return `\nFor example:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
