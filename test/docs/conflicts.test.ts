import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const documents = ['.', 'docs', 'docs/decisions', 'examples'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(md|yaml)$/.test(name))
    .map((name) => `${folder}/${name}`),
);

/** Code with these lines does not compile; a document with them is read by somebody. */
describe('documents', () => {
  it.each(documents)('%s has no conflict of a merge in it', (document) => {
    expect(readFileSync(document, 'utf8')).not.toMatch(/^(<{7}|={7}|>{7})( |$)/m);
  });
});
