import type { Revocation, RevocationTable } from '../../lambda/identity/revocation.ts';

/** Revocations in memory: each operation is atomic. */
export class MemoryRevocationTable implements RevocationTable {
  readonly #revocations = new Map<string, Revocation>();

  async revocationOf(uid: string): Promise<Revocation | undefined> {
    return this.#revocations.get(uid);
  }

  async revoke(uid: string, through: number): Promise<void> {
    const before = this.#revocations.get(uid);
    const revokedThrough = Math.max(through, before?.revokedThrough ?? 0);
    this.#revocations.set(uid, { ...before, revokedThrough });
  }

  async block(uid: string, until: number): Promise<void> {
    this.#revocations.set(uid, { ...this.#revocations.get(uid), blockedUntil: until });
  }
}
