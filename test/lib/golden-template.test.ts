import { expect, test } from 'vitest';
import { deployedTemplate, everything } from '../support/templates.ts';

/**
 * What would be deployed, as files whose changes are read in review.
 * `npx vitest run test/lib/golden-template.test.ts -u` writes them anew. Where the functions' code is replaced, nothing
 * else changes, so its hashes are left out.
 */
function declared(context: Record<string, string>): string {
  const text = JSON.stringify(deployedTemplate(context).toJSON(), undefined, 2);
  const withoutHashes = text
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}\b/g, '$1<hash>');
  return `${withoutHashes}\n`;
}

test('the default template is the golden one', async () => {
  await expect(declared({})).toMatchFileSnapshot('golden/default.json');
});

test('the template with everything on is the golden one', async () => {
  await expect(declared(everything)).toMatchFileSnapshot('golden/everything.json');
});
