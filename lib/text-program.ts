import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Most bytes of the program. It is a part of the task definition, for which ECS takes 64 KB.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const maxBytes = 40_000;

/** The text service as one minified module of JavaScript that needs nothing but Node. */
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

/** `program`, unless it is too long for a task definition. */
export function withinBudget(program: string): string {
  const bytes = Buffer.byteLength(program);
  if (bytes <= maxBytes) return program;
  throw new Error(
    `The bundled text service has ${bytes} bytes; as a task's command it may have ${maxBytes}.`,
  );
}
