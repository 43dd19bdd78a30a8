import { Token } from 'aws-cdk-lib';
import { type Checked, checkSettings, type Given, refuseUnknown } from './check-settings.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Setting } from './setting.ts';
import { type SettingName, settings } from './settings.ts';

/** One environment of the settings file, with what flags of this run change. */
export type ChosenEnvironment = {
  /** Its name in the file. */
  readonly key: string;
  /** The stack's name. */
  readonly name: string;
  /** The names of the settings that the file or a flag gives. */
  readonly given: readonly SettingName[];
  readonly checked: Checked;
  readonly overrides: readonly Override[];
};

/** A setting that a flag gives another value for this run. */
export type Override = { readonly name: SettingName; readonly value: unknown; readonly inFile: unknown };

const ofFlags = 'a flag, or context of cdk.json';

/**
 * Keys that the CDK and its CLI put into the context: those with a name space (`@aws-cdk/…`, `aws:cdk:…`,
 * `vpc-provider:account=…`), and two without.
 */
const keyOfCdk = /[:/]|^(acknowledged-issue-numbers|cli-telemetry)$/;

/** The name of an environment that is protected unless it says otherwise. */
const production = /^prod(uction)?$/i;

/** The context key that chooses the environment. */
const environmentKey = 'env';

/**
 * Returns the environment that `-c env=<name>` chooses in `config`, the content of the settings file `file`. Other keys
 * of `context` are flags: `cdk deploy -c logLevel=debug` is for a try, and goes before the file.
 *
 * @throws {ConfigurationError} for what the file or a flag must not say
 */
export function chooseEnvironment(
  config: unknown,
  context: Readonly<Record<string, unknown>>,
  file: string,
): ChosenEnvironment {
  const { [environmentKey]: wanted, ...others } = context;
  const environments = environmentsOf(config, file);
  const key = keyOf(wanted, environments, config, file);
  const where = `${file}, environment ${key}`;
  const settingsInFile = recordOf(environments[key], key, where);
  const fromFile = givenIn(settingsInFile, where);
  if (production.test(key) && !fromFile.has('protect')) {
    fromFile.set('protect', { name: 'protect', value: true, where });
  }
  const name = stackName(settingsInFile.name, where);
  const fromFlags = givenByFlags(others);
  const given = new Map([...fromFile, ...fromFlags]);
  const checked = checkSettings({ given, where, hasConstructs: false });
  const inFile = (setting: SettingName) => fromFile.get(setting)?.value ?? defaultOf(setting);
  const overrides = [...fromFlags.keys()]
    .filter((setting) => !isSame(checked[setting], inFile(setting)))
    .map((setting) => ({ name: setting, value: checked[setting], inFile: inFile(setting) }));
  return { key, name, given: [...given.keys()], checked, overrides };
}

/** A setting's value as people write it. */
export function settingText(value: unknown): string {
  if (value === undefined) return 'none';
  return Array.isArray(value) && !Token.isUnresolved(value) ? value.join(',') : String(value);
}

function defaultOf(name: SettingName): unknown {
  return (settings[name] as Setting).default;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function environmentsOf(config: unknown, file: string): Record<string, unknown> {
  const { environments, ...others } = recordOf(config, 'default', file);
  for (const [name, value] of Object.entries(others)) {
    refuseUnknown(name, value, ['environments', 'defaultEnvironment'], file);
  }
  const found = recordOf(environments, 'environments', file);
  if (Object.keys(found).length > 0) return found;
  throw new ConfigurationError('environments', found, 'it must have one at least', file);
}

function keyOf(
  wanted: unknown,
  environments: Record<string, unknown>,
  config: unknown,
  file: string,
): string {
  const keys = Object.keys(environments);
  const { defaultEnvironment } = config as { defaultEnvironment?: unknown };
  const [only, ...more] = keys;
  const [name, key, where] =
    wanted !== undefined
      ? [environmentKey, wanted, ofFlags]
      : ['defaultEnvironment', defaultEnvironment ?? (more.length === 0 ? only : undefined), file];
  if (typeof key === 'string' && keys.includes(key)) return key;
  const there = `there are ${keys.join(', ')} in ${file}`;
  if (key !== undefined)
    throw new ConfigurationError(name, key, `no environment has this name; ${there}`, where);
  throw new ConfigurationError(
    environmentKey,
    'none',
    `choose an environment, -c env=<name>: ${there}`,
    'no flag',
  );
}

function givenIn(members: Record<string, unknown>, where: string): Map<SettingName, Given> {
  const given = new Map<SettingName, Given>();
  for (const [name, value] of Object.entries(members)) {
    if (name === 'name' || value === undefined) continue;
    refuseUnknown(name, value, ['name', ...Object.keys(settings)], where);
    given.set(name as SettingName, { name, value, where });
  }
  return given;
}

function givenByFlags(flags: Readonly<Record<string, unknown>>): Map<SettingName, Given> {
  const given = new Map<SettingName, Given>();
  for (const [name, value] of Object.entries(flags)) {
    if (keyOfCdk.test(name) || value === undefined) continue;
    refuseUnknown(name, value, [environmentKey, ...Object.keys(settings)], ofFlags);
    const setting: Setting = settings[name as SettingName];
    if (setting.isFixed) {
      throw new ConfigurationError(name, value, 'no flag may change it; it is in the settings file', ofFlags);
    }
    const isText = typeof value === 'string' && value.trim() !== '';
    const read = isText ? (setting.fromText?.(value) ?? value) : value;
    given.set(name as SettingName, { name, value: read, where: ofFlags });
  }
  return given;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (StackName) */
function stackName(name: unknown, where: string): string {
  if (typeof name === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  const rule = 'it must be the stack’s name: up to 128 letters, digits and hyphens, the first a letter';
  throw new ConfigurationError('name', name, rule, where);
}

function recordOf(value: unknown, name: string, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigurationError(name, value, 'it must be an object', where);
}
