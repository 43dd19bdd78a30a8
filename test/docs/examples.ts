import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { onTestFinished, vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package's entries, and the files that they are made from. */
const entries = {
  uidpush: 'client/browser/index.ts',
  'uidpush/backend': 'client/backend/index.ts',
  'uidpush/cdk': 'lib/index.ts',
};

/** Code of an `@example` in a docstring. */
export type Example = {
  /** File and declaration: `client/backend/create-token.ts: createToken`. */
  name: string;
  entry: keyof typeof entries;
  code: string;
};

/** The objects that examples of methods use without making them. */
const preambles: Record<Example['entry'], { uses: RegExp; makes: RegExp; code: string }> = {
  uidpush: {
    uses: /\bconnection\b/,
    makes: /const connection\b/,
    code: `import { connect } from 'uidpush';
const connection = connect({
  url: 'wss://abc123.execute-api.eu-central-1.amazonaws.com/live',
  credential: async () => (await fetch('/token')).text(),
});`,
  },
  'uidpush/backend': {
    uses: /\bclient\b/,
    makes: /const client\b/,
    code: `import { createPushClient } from 'uidpush/backend';
const client = createPushClient({ url: 'https://abc123.lambda-url.eu-central-1.on.aws/' });`,
  },
  'uidpush/cdk': {
    uses: /\b(stack|pushes|backend)\b/,
    makes: /const stack\b/,
    code: `import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { UidPush as Service } from 'uidpush/cdk';
const stack = new Stack(new App(), 'Shop');
export const pushes = new Service(stack, 'Pushes');
export const backend = new LambdaFunction(stack, 'Backend', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('export const handler = async () => {};'),
});`,
  },
};

/** All examples in docstrings of what the package exports. */
export const examples: readonly Example[] = [
  ...examplesIn('client/browser', 'uidpush'),
  ...examplesIn('client/backend', 'uidpush/backend'),
  ...examplesIn('protocol', 'uidpush/backend'),
  ...examplesIn('lib', 'uidpush/cdk'),
];

function examplesIn(folder: string, entry: Example['entry']): Example[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(root, folder, file), 'utf8');
    const docstrings = text.matchAll(/^( *)\/\*\*\n((?:\1 \*.*\n)*?)\1 \*\/\n(.*)$/gm);
    return Array.from(docstrings).flatMap(([, , lines = '', declaration = '']) => {
      const plain = lines.replaceAll(/^ *\* ?/gm, '');
      const declared = declaration.match(/(?:function|class|async|abstract)? ?(\w+)[<(= ]/);
      const name = `${folder}/${file}: ${declaration.match(/(?:function|class) (\w+)/)?.[1] ?? declared?.[1]}`;
      const fences = plain.matchAll(/@example\n```ts\n([\s\S]*?)```/g);
      return Array.from(fences, ([, code = '']) => ({ name, entry, code }));
    });
  });
}

/** What the comments behind the example's `console.log(…)` say that it prints. `…` stands for anything. */
export function printedBy({ code }: Example): RegExp[] {
  return Array.from(code.matchAll(/console\.log\(.*\);? \/\/ (.+)$/gm), ([, text = '']) => {
    const parts = text.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's');
  });
}

/** The example as a module of this repository, with what it uses without making it. */
export function moduleOf({ entry, code }: Example): string {
  const { uses, makes, code: preamble } = preambles[entry];
  const text = uses.test(code) && !makes.test(code) ? `${preamble}\n${code}` : code;
  return `${text.replaceAll(/ from '(uidpush[^']*)'/g, (whole, name: string) =>
    isEntry(name) ? ` from '${join(root, entries[name])}'` : whole,
  )}\nexport {};\n`;
}

function isEntry(name: string): name is Example['entry'] {
  return Object.hasOwn(entries, name);
}

/** A folder for modules, in the repository so that they find its packages; it is gone after the test. */
export function moduleFolder(): string {
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build/examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs an example. Returns its exports, and what it has printed until now, which grows. */
export async function runExample(
  example: Example,
  change: (code: string) => string = (code) => code,
): Promise<{ exports: Record<string, unknown>; printed: string[] }> {
  const printed: string[] = [];
  const write = (...values: unknown[]) => {
    const texts = values.map((value) =>
      typeof value === 'string' ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY }),
    );
    printed.push(texts.join(' '));
  };
  const log = vi.spyOn(console, 'log').mockImplementation(write);
  onTestFinished(() => log.mockRestore());
  const file = join(moduleFolder(), 'example.ts');
  writeFileSync(file, change(moduleOf(example)));
  return { exports: await import(/* @vite-ignore */ file), printed };
}
