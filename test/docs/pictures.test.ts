import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawings } from '../pictures/drawings.ts';
import { showPageSource, showPageViews, sourceOf } from '../pictures/show-page.ts';

const images = new URL('../../docs/images/', import.meta.url);

describe('after `npm run pictures`', () => {
  test.each(Object.keys(drawings))('%s is what is drawn', (name) => {
    expect(readFileSync(new URL(name, images), 'utf8')).toBe(drawings[name]);
  });

  test.each(Object.keys(showPageViews))('%s shows the page as it is', (name) => {
    expect(sourceOf(readFileSync(new URL(name, images)))).toBe(showPageSource());
  });
});

test.each(Object.entries(drawings))(
  '%s is light or dark as the page around it, and says in words what it shows',
  (_, svg) => {
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toMatch(/<title id="title">.+<\/title>\s*<desc id="description">.{100,}<\/desc>/);
  },
);
