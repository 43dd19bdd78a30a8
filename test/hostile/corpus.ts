import { readFileSync } from 'node:fs';

/** `text`, then `repeat` so many `times`, then `end`. Each character of a line is a byte. */
type Entry = { what: string; text: string; repeat?: string; times?: number; end?: string };

type CorpusName = 'frames' | 'lines' | 'tokens' | 'uids';

/** Inputs that somebody once thought of, or that a search has found: they are tried before any others. */
export function corpus(name: CorpusName): [what: string, input: string][] {
  const entries = JSON.parse(
    readFileSync(new URL(`corpus/${name}.json`, import.meta.url), 'utf8'),
  ) as Entry[];
  return entries.map(({ what, text, repeat = '', times = 0, end = '' }) => [
    what,
    text + repeat.repeat(times) + end,
  ]);
}
