import { uidHash } from '../protocol/uid-hash.ts';
import { EnvironmentVariable } from './names.ts';

/** The field by which a log line says whom it is about; none without the key in the environment. */
export function hashed(uid: string | undefined): { uidHash?: string } {
  const key = process.env[EnvironmentVariable.uidHashKey];
  return uid === undefined || key === undefined ? {} : { uidHash: uidHash(uid, key) };
}
