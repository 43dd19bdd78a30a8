/** Cuts a list into batches of `size`; the last may have fewer. */
export function batchesOf<Item>(items: readonly Item[], size: number): Item[][] {
  const batches = Math.ceil(items.length / size);
  return Array.from({ length: batches }, (_, index) => items.slice(index * size, (index + 1) * size));
}
