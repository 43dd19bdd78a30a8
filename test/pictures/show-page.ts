import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';

const folder = fileURLToPath(new URL('../../examples/show-page/', import.meta.url));
const comments = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|^\s*\/\/.*$/gm;
const keyword = 'Source\0';
/** Eight bytes of signature, and the chunk IHDR. */
const headEnd = 33;

export type ShowPageView = { locale: 'en-US' | 'zh-CN'; pushButton: string };

export const showPageViews = {
  'show-page.png': { locale: 'en-US', pushButton: 'Push' },
  'show-page.zh-CN.png': { locale: 'zh-CN', pushButton: '推送' },
} as const satisfies Record<string, ShowPageView>;

/** Returns a picture (PNG) of the show page at `url` after the first click on Push, which names its source. */
export async function showPagePicture(browser: Browser, url: string, view: ShowPageView): Promise<Buffer> {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, locale: view.locale, colorScheme: 'light' });
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('.browser [data-part="status"][data-state="open"]').nth(2).waitFor();
    await page.getByRole('button', { name: view.pushButton, exact: true }).click();
    await page.locator('.answer[data-state="good"]').waitFor();
    await page.locator('.message').nth(1).waitFor();
    await page.locator('.friends li').nth(2).waitFor();
    await page.mouse.move(0, 0);
    // Another machine, or another day, has other ports, times and durations.
    await page.evaluate(() => {
      document.querySelector('footer')?.remove();
      for (const time of document.querySelectorAll('.message time')) time.textContent = '12:00:00.000';
      for (const line of document.querySelectorAll('.friends li')) {
        line.textContent = line.textContent?.replace(/\d\d:\d\d:\d\d/, '12:00:00') ?? '';
      }
      document.querySelector('[data-part="took"]')?.remove();
    });
    return withSource(await page.screenshot({ animations: 'disabled' }));
  } finally {
    await context.close();
  }
}

/** Returns the hash of all files that the show page consists of, without comments, which no picture shows. */
export function showPageSource(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    const text = readFileSync(`${folder}${name}`, 'utf8');
    hash.update(name).update(text.replaceAll(comments, '').replaceAll(/\s+/g, ' '));
  }
  return hash.digest('hex');
}

/** Returns what the picture names as its source. */
export function sourceOf(png: Buffer): string {
  const start = headEnd + 8 + keyword.length;
  return png.toString('latin1', start, headEnd + 8 + png.readUInt32BE(headEnd));
}

/** A chunk tEXt with the keyword `Source`. Source: https://www.w3.org/TR/png-3/#11tEXt */
function withSource(png: Buffer): Buffer {
  const content = Buffer.from(`tEXt${keyword}${showPageSource()}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length - 4);
  // Gzip ends with the same CRC, in the other byte order, and the length. Node 20 has no other function for it.
  const checksum = gzipSync(content).subarray(-8, -4).reverse();
  return Buffer.concat([png.subarray(0, headEnd), length, content, checksum, png.subarray(headEnd)]);
}
