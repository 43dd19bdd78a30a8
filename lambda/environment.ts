import { EnvironmentVariable } from './names.ts';

type Name = (typeof EnvironmentVariable)[keyof typeof EnvironmentVariable];

/** The value of an environment variable that the stack sets; throws when it does not. */
export function requireEnvironment(name: Name): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** The longest life of a token, where tokens can be revoked. */
export function maxTokenSecondsOfEnvironment(): number | undefined {
  const value = process.env[EnvironmentVariable.maxTokenSeconds];
  return value === undefined ? undefined : Number(value);
}
