import { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BackendVariable } from '../lambda/names.ts';
import { refuseUnknown } from './settings/check-settings.ts';
import { ConfigurationError } from './settings/configuration-error.ts';

/**
 * Names of the environment variables that a grant sets in a Lambda function, for a function whose variables of the
 * default names have another value.
 */
export type GrantOptions = {
  /**
   * Variable with the URL.
   * @default PUSH_URL, and DISCONNECT_URL of `grantDisconnect`
   */
  readonly urlVariable?: string;
  /**
   * Variable with the id of the secret, with `pushAuth: 'secret'`.
   * @default PUSH_SECRET_ID
   */
  readonly secretIdVariable?: string;
};

/** Operations that a URL permits a grantee; `all` is more than each of the others. */
export type Right = 'all' | 'push' | 'disconnect';

/** A variable that was set: by which construct, and for which right if it is a URL. */
type Variable = { value: string; owner: object; right: Right | undefined };

/** By grantee, for the services of an app together. */
const variables = new WeakMap<object, Map<string, Variable>>();

type Configurable = IGrantable & Construct & { addEnvironment(name: string, value: string): unknown };

/** Whether it is a function that variables can be set in, rather than a role, an alias or an imported function. */
export function isConfigurable(grantee: IGrantable): grantee is Configurable {
  return (
    Construct.isConstruct(grantee) &&
    'addEnvironment' in grantee &&
    typeof grantee.addEnvironment === 'function'
  );
}

/** The names to set. Throws a `ConfigurationError` for options that can't be. */
export function grantVariables(
  { urlVariable, secretIdVariable, ...others }: GrantOptions,
  defaultUrlVariable: string,
  path: string,
): Required<GrantOptions> {
  const where = `an option of a grant of ${path}`;
  for (const [name, value] of Object.entries(others)) {
    refuseUnknown(name, value, ['urlVariable', 'secretIdVariable'], where);
  }
  const names = {
    urlVariable: urlVariable ?? defaultUrlVariable,
    secretIdVariable: secretIdVariable ?? BackendVariable.pushSecretId,
  };
  for (const [option, name] of Object.entries(names)) {
    // https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
    if (typeof name === 'string' && /^[a-zA-Z][a-zA-Z0-9_]+$/.test(name)) continue;
    throw new ConfigurationError(option, name, 'it must be a name of letters, digits and underscores', where);
  }
  return names;
}

/** Whether `grantee` was granted all routes by the construct `owner`, under this name. */
export function hasAll(grantee: IGrantable, name: string, owner: object): boolean {
  const variable = variables.get(grantee)?.get(name);
  return variable?.owner === owner && variable.right === 'all';
}

/**
 * Sets a variable of `grantee` to what `owner` grants. A URL with more routes takes the place of one with fewer. Throws
 * a `ConfigurationError` where it has another value: that of another service, or the app's own.
 */
export function setVariable(
  grantee: Configurable,
  name: string,
  value: string,
  { owner, right }: Pick<Variable, 'owner' | 'right'>,
): void {
  const set = variables.get(grantee) ?? new Map<string, Variable>();
  const before = set.get(name);
  if (before?.value === value) return;
  const isWider = before?.owner === owner && before.right !== undefined && right === 'all';
  const present = currentValue(grantee, name);
  if (!isWider && present !== undefined && !isSame(grantee, present, value)) refuse(grantee, name, present);
  grantee.addEnvironment(name, value);
  set.set(name, { value, owner, right });
  variables.set(grantee, set);
  if (before !== undefined) return;
  // A value that the app itself sets later replaces that of the grant.
  grantee.node.addValidation({
    validate: () => {
      const [current, granted] = [currentValue(grantee, name), set.get(name)?.value];
      const isKept = current === undefined || granted === undefined || isSame(grantee, current, granted);
      return isKept ? [] : [problem(grantee, name, current).message];
    },
  });
}

function isSame(grantee: Construct, present: unknown, value: string): boolean {
  return JSON.stringify(present) === JSON.stringify(Stack.of(grantee).resolve(value));
}

/**
 * As CloudFormation gets it; `undefined`: there is none, or the function is of a kind that does not show its variables.
 */
function currentValue({ node }: Construct, name: string): unknown {
  const { defaultChild } = node;
  if (defaultChild === undefined || !('environment' in defaultChild)) return undefined;
  const environment: { variables?: Record<string, unknown> } | undefined = Stack.of(defaultChild).resolve(
    defaultChild.environment,
  );
  return environment?.variables?.[name];
}

function refuse(grantee: Construct, name: string, present: unknown): never {
  throw problem(grantee, name, present);
}

function problem({ node }: Construct, name: string, present: unknown): ConfigurationError {
  return new ConfigurationError(
    name,
    present,
    "the grant sets it to another value; give the grant a name of its own, { urlVariable: 'OTHER_PUSH_URL' } or { secretIdVariable: 'OTHER_PUSH_SECRET_ID' }",
    `a variable of ${node.path}`,
  );
}
