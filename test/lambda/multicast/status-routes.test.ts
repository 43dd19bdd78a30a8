import { describe, expect, test } from 'vitest';
import type { Part } from '../../../lambda/multicast/multicast-table.ts';
import { chunksOf } from '../../../lambda/multicast/start-multicast.ts';
import { pageOf } from '../../../lambda/multicast/status-routes.ts';

function part(from: number, end: number, offline: number[]): Part {
  return {
    from,
    end,
    outcome: { delivered: 0, gone: 0, failed: 0, offline, unavailable: [] },
    finishedAt: 0,
  };
}

describe('a page of those offline', () => {
  const parts = [part(0, 3, [0, 2]), part(3, 6, [3, 4, 5])];

  test('has as many as are asked for, and says where the next one starts', () => {
    expect(pageOf({ parts, uids: 6 }, 'offline', 0, 2)).toEqual({ positions: [0, 2], next: 3 });
    expect(pageOf({ parts, uids: 6 }, 'offline', 3, 2)).toEqual({ positions: [3, 4], next: 5 });
    expect(pageOf({ parts, uids: 6 }, 'offline', 5, 2)).toEqual({ positions: [5] });
  });

  test('is the last one where exactly as many are left', () => {
    expect(pageOf({ parts, uids: 6 }, 'offline', 3, 3)).toEqual({ positions: [3, 4, 5] });
    expect(pageOf({ parts, uids: 6 }, 'unavailable', 0, 3)).toEqual({ positions: [] });
  });

  test('is never the last one while the multicast runs, and ends before the first uid that is not done', () => {
    const withHole = [part(0, 3, [0]), part(5, 6, [5])];

    expect(pageOf({ parts: withHole, uids: 6 }, 'offline', 0, 10)).toEqual({ positions: [0], next: 3 });
    expect(pageOf({ parts: withHole, uids: 6 }, 'offline', 3, 10)).toEqual({ positions: [], next: 3 });
    expect(pageOf({ parts: [], uids: 6 }, 'offline', 0, 10)).toEqual({ positions: [], next: 0 });
  });
});

describe('chunks of uids', () => {
  test('have 500, each uid once, in order', () => {
    const uids = Array.from({ length: 1_234 }, (_, index) => `u${index}`);
    const chunks = chunksOf(uids);

    expect(chunks.map(({ first }) => first)).toEqual([0, 500, 1_000]);
    expect(chunks.flatMap((chunk) => chunk.uids)).toEqual(uids);
  });

  test.each(['x', 'ü', '"', '\n'])(
    'are smaller where uids are long, so that an item takes them: %j',
    (character) => {
      const uid = character.repeat(1_024 / Buffer.byteLength(character));
      const chunks = chunksOf(Array(500).fill(uid));

      for (const { uids } of chunks) expect(Buffer.byteLength(JSON.stringify(uids))).toBeLessThan(350_000);
      expect(chunks.flatMap(({ uids }) => uids)).toHaveLength(500);
    },
  );
});
