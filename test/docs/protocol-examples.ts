import { readFileSync } from 'node:fs';

/** `docs/PROTOCOL.md`, as its tests read it. */
const protocolDocument = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');

/** One line of an example: `browser → text`, `browser ← text` or `browser ✕ 1000`. */
export type Step = { who: string; sign: '→' | '←' | '✕'; text: string };

/** `context`: how the stack is deployed, as the example's first line says it. */
export type Example = { name: string; context: string; steps: Step[] };

/** The examples that can be run, by the headings that they stand under. */
export const examples: Example[] = blocksOf('text').map(
  ({ heading, lines: [context = '', ...steps] }, index) => ({
    name: `${heading} (example ${index + 1})`,
    context,
    steps: steps.map(parseStep),
  }),
);

/** The frames that only failures cause: they are shown, not run. */
export const shownFrames: string[] = blocksOf('json').flatMap(({ lines }) => lines);

/** The cells of the rows whose first cell is code, in the section of this heading. */
export function rowsOf(heading: string): string[][] {
  const [, section = ''] = protocolDocument.split(`\n## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  return Array.from(body.matchAll(/^\| `(.+?)` *\| (.+) \|$/gm), ([, first = '', others = '']) => [
    first,
    ...others.split(' | ').map((cell) => cell.trim()),
  ]);
}

function blocksOf(language: string): { heading: string; lines: string[] }[] {
  const blocks: { heading: string; lines: string[] }[] = [];
  let heading = '';
  for (const [, title, kind, body] of protocolDocument.matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)\n```$/gm)) {
    heading = title ?? heading;
    if (kind === language && body !== undefined) blocks.push({ heading, lines: body.split('\n') });
  }
  return blocks;
}

function parseStep(line: string): Step {
  const [, who, sign, text] = /^((?:\w+ )*(?:browser|program|backend|queue)) ([→←✕]) (.*)$/.exec(line) ?? [];
  if (who === undefined || text === undefined) throw new Error(`No line of an example: ${line}`);
  return { who, sign: sign as Step['sign'], text };
}
