import { seededRandom } from '../simulation/seeded-random.ts';

/**
 * Random decisions of one part of the load: the same decisions for the same seed, in whatever order the parts come to
 * theirs.
 */
export class Random {
  readonly #next: () => number;

  constructor(seed: number, part: string) {
    let state = seed | 0;
    for (const character of part) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) | 0;
    // The first numbers of the generator are near those of neighbouring seeds.
    this.#next = seededRandom(state);
    for (let skipped = 0; skipped < 10; skipped++) this.#next();
  }

  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('There is nothing to choose from.');
    return item;
  }
}
