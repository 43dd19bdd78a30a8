import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAX_LINES_PER_REQUEST, MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES } from '../../protocol/limits.ts';

const limits = [MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES, MAX_LINES_PER_REQUEST].map((limit) =>
  limit.toLocaleString('en-US'),
);

test.each(['README.md', 'README.zh-CN.md', 'docs/ERRORS.md', 'docs/PROTOCOL.md', 'docs/openapi.yaml'])(
  '%s says how large a message and a request may be, and how many lines it may have',
  (path) => {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(limits.filter((limit) => !text.includes(limit))).toEqual([]);
  },
);
