import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { tokenOf } from '../client/browser/token-of.ts';

type Answer = { status: number; text: string };
type Credential = () => Promise<string>;

const token = tokenOf({ sub: 'alice' });
const errorPage: Answer = { status: 502, text: '<html>502 Bad Gateway</html>' };
const loginPage: Answer = { status: 200, text: '<html>Log in</html>' };

/** The function of that name in the document, at a token endpoint that answers so, one after the other. */
function functionIn(document: string, name: string, answers: Answer[]): Credential {
  const page = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8');
  const blocks = Array.from(page.matchAll(/```js\n(.*?)```/gs), ([, block = '']) => block);
  const block = blocks.find((text) => text.includes(name) && text.includes('/token')) ?? '';
  const statements = block.replace(/^import .*|^const token = await .*|^connect\(.*/gm, '');
  const fetch = async () => {
    const { status, text } = answers.shift()!;
    return new Response(text, { status });
  };
  return runInNewContext(`${statements}\n${name};`, { fetch, performance });
}

test.each([
  ['docs/BACKEND.md', 'fetchToken'],
  ['docs/SCALE.md', 'credential'],
])(
  '%s: an error of the token endpoint is thrown, and the next token is asked for',
  async (document, name) => {
    const credential = functionIn(document, name, [errorPage, { status: 200, text: token }]);
    await expect(credential()).rejects.toThrow('HTTP 502');

    expect(await credential()).toBe(token);
  },
);

test('SCALE: what is no token is not kept; a token is', async () => {
  const credential = functionIn('docs/SCALE.md', 'credential', [loginPage, { status: 200, text: token }]);
  await expect(credential()).rejects.toThrow();

  expect([await credential(), await credential()]).toEqual([token, token]);
});
