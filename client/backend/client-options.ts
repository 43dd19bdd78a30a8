import { setTimeout as sleepFor } from 'node:timers/promises';
import * as v from 'valibot';
import { checkOptions, functionOf, secretText, wholeNumber } from './check-options.ts';
import type { CredentialsProvider } from './credentials.ts';
import { DEFAULT_TIMEOUT_MS } from './timeout.ts';

/**
 * More is an overflow, after which a timer ends at once. Source:
 * https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
export const maxTimerMs = 2 ** 31 - 1;

export const retryCount = wholeNumber(0, 100);

const pushUrlSchema = v.pipe(
  v.custom<string | URL>(isTextOrUrl, 'an http or https address'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const problem = urlProblem(dataset.value);
    if (problem === undefined) return baseUrl(dataset.value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

const clientOptionsSchema = v.strictObject({
  url: pushUrlSchema,
  secret: v.optional(
    v.union(
      [secretText, functionOf<() => Promise<string>>()],
      'a text of visible ASCII characters, without spaces and line breaks, or a function that returns a promise of one',
    ),
  ),
  region: v.optional(
    v.pipe(
      v.string('the name of an AWS region'),
      v.regex(/^[a-z]+(-[a-z0-9]+)+$/, 'the name of an AWS region'),
    ),
  ),
  service: v.optional(v.picklist(['lambda', 'execute-api'], 'lambda or execute-api')),
  credentials: v.optional(
    functionOf<CredentialsProvider>('a function that returns a promise of credentials'),
  ),
  timeoutMs: v.optional(wholeNumber(1, maxTimerMs), DEFAULT_TIMEOUT_MS),
  retries: v.optional(retryCount, 1),
  maxConcurrentRequests: v.optional(wholeNumber(1, 10_000), 50),
  fetch: v.optional(functionOf<typeof fetch>()),
  random: v.optional(functionOf<() => number>(), () => Math.random),
  sleep: v.optional(functionOf<(milliseconds: number) => Promise<unknown>>(), () => sleepFor),
  now: v.optional(functionOf<() => number>(), () => Date.now),
});

/** Options as they were given or by default; `url` ends in a `/`. */
export type ClientOptions = v.InferOutput<typeof clientOptionsSchema>;

/** Throws a `TypeError` that names an option that can't be used, or that doesn't exist. */
export function clientOptionsOf(options: unknown): ClientOptions {
  return checkOptions('createPushClient', clientOptionsSchema, options);
}

/** A `URL` by its member: one of another realm, as tests in Jest have it, is no instance of ours. */
function isTextOrUrl(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}

function urlProblem(value: string | URL): string | undefined {
  if (!URL.canParse(String(value))) return 'an http or https address';
  const { protocol, username, password, search, hash } = new URL(value);
  if (protocol !== 'http:' && protocol !== 'https:') return 'an http or https address';
  if (username || password) return 'an address without a user name and a password';
  if (search || hash) return 'an address without a query and a fragment';
  return undefined;
}

function baseUrl(value: string | URL): URL {
  const url = new URL(value);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
