import { readFileSync } from 'node:fs';

/** The text service as the package brings it, beside the module that this file is bundled into. */
export function textProgram(): string {
  return readFileSync(new URL('text-service.mjs', import.meta.url), 'utf8');
}
