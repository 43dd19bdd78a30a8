import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { anchorsOf, codeBlocks, linksIn, readDocument } from './document.ts';

/** Documents that are written in Chinese, too, each by its own path. */
const twins: [english: string, chinese: string][] = [
  ['README.md', 'README.zh-CN.md'],
  ['docs/BACKEND.md', 'docs/zh-CN/BACKEND.md'],
  ['docs/BROWSER.md', 'docs/zh-CN/BROWSER.md'],
  ['docs/COMING_FROM_WORKERMAN.md', 'docs/zh-CN/COMING_FROM_WORKERMAN.md'],
  ['docs/CONFIGURATION.md', 'docs/zh-CN/CONFIGURATION.md'],
  ['docs/DEPLOY.md', 'docs/zh-CN/DEPLOY.md'],
];

/** Code without its comments, which are in the document's language. */
function commandsOf(path: string): string[] {
  return ['sh', 'json', 'php', 'js', 'python'].flatMap((language) =>
    codeBlocks(readDocument(path), language).map((block) =>
      block.replaceAll(/\s*(#|\/\/) .*$/gm, '').replaceAll(/^ +/gm, ''),
    ),
  );
}

/** The first cells of the rows of all tables, as far as they are code. */
function keysOf(path: string): string[] {
  const rows = Array.from(readDocument(path).matchAll(/^\| ([^|]+) \|/gm), ([, cell = '']) => cell);
  return rows.flatMap((cell) => cell.match(/`[^`]+`/g) ?? []).toSorted();
}

/** What is linked to, whichever of the twins of a document or a picture it is. */
function targetsOf(path: string): string[] {
  const english = (file: string) =>
    twins.find(([, chinese]) => chinese === file)?.[0] ?? file.replace(/\.zh-CN\.(svg|png)$/, '.$1');
  const own = english(path);
  const files = linksIn(path).map((link) => english(link.path));
  return [...new Set(files.filter((file) => file !== own))].toSorted();
}

describe.each(twins)('%s and %s', (english, chinese) => {
  test('have the same commands', () => {
    expect(commandsOf(chinese)).toEqual(commandsOf(english));
  });

  test('have tables of the same keys', () => {
    expect(keysOf(chinese)).toEqual(keysOf(english));
  });

  test('have as many chapters', () => {
    expect(anchorsOf(chinese)).toHaveLength(anchorsOf(english).length);
  });

  test('link to the same documents', () => {
    expect(targetsOf(chinese)).toEqual(expect.arrayContaining(targetsOf(english)));
  });

  test('the Chinese one has a paragraph on one line, and says of English pages that they are', () => {
    const text = readDocument(chinese).replaceAll(/^[ ]*```[\s\S]*?^[ ]*```/gm, '');
    expect(text.match(/^[^\n|#-].*[\p{Script=Han}，。；：]\n[^\n|#-]*\p{Script=Han}/gmu) ?? []).toEqual([]);
    const links = Array.from(text.matchAll(/\[([^\]]*)\]\((?!https?:)([^)#]+\.md)[^)]*\)([^\n]{0,6})/g));
    const unmarked = links.filter(
      ([, words, target = '', after = '']) =>
        words !== 'English' && !isChinese(chinese, target) && !/^(）|，)?(，|（)?英文/.test(after),
    );
    expect(unmarked.map(([link]) => link)).toEqual([]);
  });
});

function isChinese(from: string, target: string): boolean {
  const path = new URL(target, `file:///${from}`).pathname.slice(1);
  return path.includes('zh-CN') && existsSync(path);
}
