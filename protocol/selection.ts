import { MAX_DEVICE_BYTES } from './limits.ts';
import { isWellFormed, utf8Length } from './utf8.ts';

/**
 * Which connections of a uid are meant: with `only`, those that it names; without those that `except` names. Each is
 * the name of a device or the id of a connection.
 */
export type Selection = { only?: readonly string[]; except?: readonly string[] };

/** A connection as far as a selection goes. `device`: absent where its page has named none. */
export type Selectable = { connectionId: string; device?: string };

/** Without a selection every connection of the uid is meant. */
export function isSelected(connection: Selectable, { only, except }: Selection = {}): boolean {
  return (only === undefined || isNamed(connection, only)) && !(except && isNamed(connection, except));
}

function isNamed({ connectionId, device }: Selectable, names: readonly string[]): boolean {
  return names.includes(connectionId) || (device !== undefined && names.includes(device));
}

/** Whether a value of a register frame is the name of a device: 1 to 64 bytes of UTF-8, without control characters. */
export function isDevice(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || !isWellFormed(value)) return false;
  return !/\p{Cc}/u.test(value) && utf8Length(value) <= MAX_DEVICE_BYTES;
}
