import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What users read, by its path in the repository. */
export const documents: readonly string[] = ['.', 'docs', 'docs/zh-CN', 'docs/decisions', 'examples']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => normalize(join(folder, name))))
  .filter((path) => path.endsWith('.md'));

export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function isInRepository(path: string): boolean {
  return existsSync(join(root, path));
}

/** The blocks of code in this language, in order. */
export function codeBlocks(text: string, language: string): string[] {
  const fences = new RegExp(`^[ ]*\`\`\`${language}\\n([\\s\\S]*?)^[ ]*\`\`\``, 'gm');
  return Array.from(text.matchAll(fences), ([, code = '']) => code);
}

/** The document without its blocks of code. */
export function proseOf(text: string): string {
  return text.replaceAll(/^[ ]*```[\s\S]*?^[ ]*```/gm, '');
}

export type Link = { target: string; path: string; anchor: string };

/** Links to other documents and files of the repository, relative to the document at `path`. */
export function linksIn(path: string): Link[] {
  const prose = proseOf(readDocument(path)).replaceAll(/`[^`\n]*`/g, '');
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { target, path: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  return Array.from(proseOf(readDocument(path)).matchAll(/^#+ (.+)$/gm), ([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** Arguments of a shell, without what it would fill in. */
export function wordsOf(command: string): string[] {
  return Array.from(command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'|;&)`])+/g), ([word]) =>
    word.replaceAll(/^["']|["']$/g, ''),
  );
}

/** The rest of each line that has `start`, up to a comment or the next command. */
export function commandsIn(text: string, start: string): string[] {
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.flatMap((line) =>
    line
      .split(start)
      .slice(1)
      .map((rest) => rest.replace(/(^|\s)#.*/, '').replace(/[`;)|&<].*/, '')),
  );
}
