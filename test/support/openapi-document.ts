import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { ProblemCode } from '../../protocol/problem.ts';

type MediaType = {
  schema?: object;
  'x-line-schema'?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
};
type Response = {
  $ref?: string;
  description: string;
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, MediaType>;
};
type Responses = Record<string, Response>;
type PathItem = Record<string, { operationId: string; responses: Responses }>;

/** What a request was answered. */
export type Answer = { status: number; headers: Record<string, string>; body: string };

/** An answer that the document tells of. `variant`: the `code` of an error, the media type of anything else. */
export type DocumentedAnswer = { operation: string; status: number; mediaType: string; variant: string };

/** The name of all requests that are none of the document's operations. */
export const otherRequests = 'other requests';

export const problemMediaType = 'application/problem+json';
const ndjsonMediaType = 'application/x-ndjson';

export const document = parse(
  readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'),
) as Record<string, unknown> & {
  paths: Record<string, PathItem>;
  'x-other-requests': { responses: Responses };
  'x-answers-of-lambda': { responses: Responses };
};

const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'openapi');

/** Where each operation's answers are in the document, by the operation's name. */
const responsesPointers = new Map<string, string[]>([[otherRequests, ['x-other-requests', 'responses']]]);
export const operations: { method: string; path: string; pattern: RegExp; operation: string }[] = [];
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, { operationId }] of Object.entries(item)) {
    if (operationId === undefined) continue;
    responsesPointers.set(operationId, ['paths', path, method, 'responses']);
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);
    operations.push({ method: method.toUpperCase(), path, pattern, operation: operationId });
  }
}

/** The operation that a request is, `HEAD` that of `GET`; `path` is percent-encoded and without its query. */
export function operationOf(method: string, path: string): string {
  const documented = method === 'HEAD' ? 'GET' : method;
  const found = operations.find((one) => one.method === documented && one.pattern.test(path));
  return found?.operation ?? otherRequests;
}

export function documentedAnswers(): DocumentedAnswer[] {
  return [...responsesPointers.keys()].flatMap((operation) =>
    Object.keys(at(pointerTo(operation))).flatMap((status) =>
      Object.entries(responseOf(operation, status)?.response.content ?? {}).flatMap(
        ([mediaType, { examples }]) => {
          const variants = mediaType === problemMediaType ? Object.keys(examples ?? {}) : [mediaType];
          return variants.map((variant) => ({ operation, status: Number(status), mediaType, variant }));
        },
      ),
    ),
  );
}

/** What is wrong with an answer by the document; nothing, when it is as documented. */
export function mismatches(operation: string, method: string, answer: Answer): string[] {
  const { status, headers, body } = answer;
  const found = responseOf(operation, String(status));
  if (!found) return [`${operation} is not to be answered ${status}`];
  const mediaType = headers['content-type'] ?? '';
  if (!found.response.content?.[mediaType]) return [`${operation} ${status} is not to be "${mediaType}"`];

  const missing = Object.entries(found.response.headers ?? {}).flatMap(([name, { required }]) =>
    required && headers[name] === undefined ? [`${operation} ${status} has no header ${name}`] : [],
  );
  if (method === 'HEAD') return missing;
  const pointer = [...found.pointer, 'content', mediaType];
  return [...missing, ...bodyMismatches(pointer, mediaType, body)];
}

function bodyMismatches(pointer: string[], mediaType: string, body: string): string[] {
  if (mediaType !== ndjsonMediaType) return schemaMismatches([...pointer, 'schema'], body);
  const lines = body.split('\n');
  const ending = lines.pop() === '' ? [] : ['the last line has no ending'];
  return [...ending, ...lines.flatMap((line) => schemaMismatches([...pointer, 'x-line-schema'], line))];
}

function schemaMismatches(pointer: string[], json: string): string[] {
  try {
    return valueMismatches(pointer, JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return ['the body is not JSON'];
    throw error;
  }
}

/**
 * The examples of the document that don't fit their schemas, and error codes that the schema has without an example or
 * the other way.
 */
export function exampleMismatches(): string[] {
  return contentPlaces(document, []).flatMap((place) => {
    const content = at(place) as MediaType;
    const examples = Object.entries(content.examples ?? {}).map(
      ([code, { value }]) => [code, value] as const,
    );
    const values = 'example' in content ? [content.example] : examples.map(([, value]) => value);
    const lines = content['x-line-schema'] && String(content.example).trimEnd().split('\n');
    const wrong = lines
      ? lines.flatMap((line) => schemaMismatches([...place, 'x-line-schema'], line))
      : values.flatMap((value) => valueMismatches([...place, 'schema'], value));
    return [
      ...(values.length === 0 ? ['there is no example'] : []),
      ...wrong,
      ...codeMismatches(place, examples),
    ].map((problem) => `${place.join('/')}: ${problem}`);
  });
}

/** An error's schema must take the codes that have examples, and no others. */
function codeMismatches(place: string[], examples: (readonly [string, unknown])[]): string[] {
  if (place.at(-1) !== problemMediaType) return [];
  return Object.values(ProblemCode).flatMap((code) => {
    const isTaken =
      valueMismatches([...place, 'schema'], { ...(examples[0]?.[1] as object), code }).length === 0;
    const hasExample = examples.some(
      ([name, value]) => name === code && (value as { code: string }).code === code,
    );
    return isTaken === hasExample ? [] : [`${code} is in the schema or in the examples, but not in both`];
  });
}

/** The places of all bodies: of requests and answers, of every type. */
function contentPlaces(value: unknown, place: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'content'
      ? Object.keys(member).map((mediaType) => [...place, name, mediaType])
      : contentPlaces(member, [...place, name]),
  );
}

const validators = new Map<string, ReturnType<typeof ajv.compile>>();

/** What is wrong with `value` by the schema at `pointer`. */
function valueMismatches(pointer: readonly string[], value: unknown): string[] {
  const $ref = `openapi#/${pointer.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validate = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, validate);
  return validate(value) ? [] : [ajv.errorsText(validate.errors)];
}

/** The value at a place of the document; throws when there is none. */
export function at(pointer: readonly string[]): object {
  let value: unknown = document;
  for (const name of pointer) value = (value as Record<string, unknown> | undefined)?.[name];
  if (typeof value !== 'object' || value === null) throw new Error(`There is no ${pointer.join('/')}.`);
  return value;
}

/** The place that a `$ref` names. */
export function placeOf($ref: string): string[] {
  return $ref
    .replace('#/', '')
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pointerTo(operation: string): string[] {
  const pointer = responsesPointers.get(operation);
  if (!pointer) throw new Error(`There is no operation "${operation}".`);
  return pointer;
}

function responseOf(
  operation: string,
  status: string,
): { response: Response; pointer: string[] } | undefined {
  const pointer = [...pointerTo(operation), status];
  const response = (at(pointerTo(operation)) as Responses)[status];
  if (!response) return undefined;
  if (response.$ref === undefined) return { response, pointer };
  const place = placeOf(response.$ref);
  return { response: at(place) as Response, pointer: place };
}
