import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { withinBudget } from './text-program-budget.ts';

/**
 * The text service as one minified module of JavaScript that needs nothing but Node. In the package
 * `packaged-text-program.ts` stands for this file: see `imports` in package.json.
 */
export function textProgram(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../text/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    // The container's Node is newer; that of the machine which runs the template need not be.
    target: 'node20',
    mainFields: ['module', 'main'],
    // Checkers of templates take `${…}` for a forgotten Fn::Sub.
    supported: { 'template-literal': false },
    write: false,
  });
  return withinBudget(outputFiles.map(({ text }) => text).join(''));
}
