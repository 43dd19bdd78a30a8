import { TemplateError } from './cloud-formation.ts';

/** Values that the logical names of a template stand for; `undefined` where there is no such name or attribute. */
export type References = {
  ref(name: string): string | undefined;
  attribute(name: string, attribute: string): string | undefined;
};

/**
 * `value` with its intrinsic functions replaced by what they give. `where` names the place in errors:
 * `Table.KeySchema`.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function resolve(value: unknown, references: References, where: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, references, `${where}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && isIntrinsic(only[0])) {
    const [name, argument] = only;
    return callIntrinsic(name, argument, references, where);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, references, `${where}.${key}`)]),
  );
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function callIntrinsic(name: string, argument: unknown, references: References, where: string): unknown {
  const resolved = () => resolve(argument, references, where);
  switch (name) {
    case 'Ref':
      return required(references.ref(text(argument, where)), `Ref ${argument}`, where);
    case 'Fn::GetAtt': {
      const [resource, attribute] = texts(argument, where);
      return getAttribute(`${resource}.${attribute}`, references, where);
    }
    case 'Fn::Sub':
      return substitute(argument, references, where);
    case 'Fn::Join': {
      const [separator, items] = pair(resolved(), where);
      return texts(items, where).join(text(separator, where));
    }
    case 'Fn::Split': {
      const [separator, source] = pair(resolved(), where);
      return text(source, where).split(text(separator, where));
    }
    case 'Fn::Select': {
      const [index, items] = pair(resolved(), where);
      return required(Array.isArray(items) ? items[Number(index)] : undefined, `Fn::Select ${index}`, where);
    }
    default:
      throw new TemplateError(`${where}: ${name} is not supported`);
  }
}

/** `${Name}`, `${Name.Attribute}`, and `${!Literal}`, which stands for `${Literal}`. */
function substitute(argument: unknown, references: References, where: string): string {
  const [pattern, variables] = typeof argument === 'string' ? [argument, {}] : pair(argument, where);
  const own = new Map(Object.entries(resolve(variables, references, where) as object));
  return text(pattern, where).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (own.has(name)) return text(own.get(name), where);
    if (name.includes('.')) return getAttribute(name, references, where);
    return required(references.ref(name), `\${${name}}`, where);
  });
}

function getAttribute(path: string, references: References, where: string): string {
  const dot = path.indexOf('.');
  const value = references.attribute(path.slice(0, dot), path.slice(dot + 1));
  return required(value, `Fn::GetAtt ${path}`, where);
}

function required<Value>(value: Value | undefined, what: string, where: string): Value {
  if (value === undefined) throw new TemplateError(`${where}: ${what} is not known here`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string')
    throw new TemplateError(`${where}: ${JSON.stringify(value)} is not a string`);
  return value;
}

function texts(value: unknown, where: string): string[] {
  if (!Array.isArray(value)) throw new TemplateError(`${where}: ${JSON.stringify(value)} is not a list`);
  return value.map((item) => text(item, where));
}

function pair(value: unknown, where: string): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TemplateError(`${where}: ${JSON.stringify(value)} is not a list of two`);
  }
  return [value[0], value[1]];
}
