import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export type StaticFile = { contentType: string; body: Buffer };

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * The files under `directory`, by URL path (`/index.html`). They are all read beforehand: a request's path is only ever
 * looked up among them, so it can't lead anywhere else.
 */
export async function readStaticFiles(directory: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const path = `/${relative(directory, file).split(sep).join('/')}`;
        const contentType = contentTypes[extname(file)] ?? 'application/octet-stream';
        return [path, { contentType, body: await readFile(file) }] as const;
      }),
    ),
  );
}
