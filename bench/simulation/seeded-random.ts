/** Random numbers from 0 to 1 that are the same for the same seed ("xorshift32"). */
export function seededRandom(seed: number): () => number {
  // From 0 nothing else would follow.
  let state = seed === 0 ? 1 : seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
