/** A value is read again when it is this old, in milliseconds. */
const freshForMs = 600_000;

/** The current value of a secret, as a backend keeps it. */
export type KeptSecret = {
  value(): Promise<string>;
  /** Has it read again the next time: it may have been rotated. */
  forget(): void;
};

/** `read`: reads the current value. Each read is paid for, so it is made anew every ten minutes, or after `forget`. */
export function keptSecret(read: () => Promise<string | undefined>, now: () => number): KeptSecret {
  let kept: { value: string; readAt: number } | undefined;
  return {
    async value() {
      if (kept === undefined || now() - kept.readAt > freshForMs) {
        const value = await read();
        if (value === undefined) throw new Error('The secret has no value.');
        kept = { value, readAt: now() };
      }
      return kept.value;
    },
    forget() {
      kept = undefined;
    },
  };
}
