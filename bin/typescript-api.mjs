import { register } from 'node:module';

// Loaded before TypeDoc, which needs the compiler as a library: `typescript` is the native compiler here, which has no
// such interface yet, so TypeDoc is given the last version of the other one.
// Source: https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks
const hooks = `export function resolve(specifier, context, next) {
  return next(specifier === 'typescript' ? 'typescript-5.9' : specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
