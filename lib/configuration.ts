import type { DomainOptions } from './domain.ts';
import type { MonitoringOptions } from './monitoring/monitoring-options.ts';
import type { PresenceOptions } from './presence-options.ts';
import { type Checked, checkSettings, type Given, refuseUnknown } from './settings/check-settings.ts';
import { ConfigurationError } from './settings/configuration-error.ts';
import type { Setting } from './settings/setting.ts';
import { type SettingName, settings } from './settings/settings.ts';
import type { TextEndpointOptions } from './text-endpoint.ts';
import type { UidPushProps } from './uid-push-props.ts';

/**
 * The settings, checked, with their defaults; those of a part as the part takes them,
 * absent without it.
 */
export type Configuration = Omit<Checked, 'text' | 'monitoring' | 'presence'> & {
  readonly text: TextEndpointOptions | undefined;
  readonly monitoring: MonitoringOptions | undefined;
  readonly domain: DomainOptions | undefined;
  readonly presence: PresenceOptions | undefined;
};

/** JavaScript passes what it likes. */
export type Unchecked = { readonly [Key in keyof UidPushProps]?: unknown };

const groups = ['text', 'monitoring', 'domain', 'presence'] as const;

/**
 * Checks the props of the construct at `path`. What is known only at deployment (a token) is taken as it is where it is
 * text; choices, numbers and flags must be known at synthesis, because they decide what is declared. Throws a
 * `ConfigurationError`.
 */
export function configurationOf(props: Unchecked, path: string): Configuration {
  const where = `a prop of ${path}`;
  const given = new Map<SettingName, Given>();
  if (!isRecord(props)) {
    throw new ConfigurationError(
      'props',
      props,
      'they must be an object; leave them out for all defaults',
      where,
    );
  }
  for (const [name, value] of membersOf(props, propNames())) {
    refuseUnknown(name, value, propNames(), where);
    if (value === undefined) continue;
    if (isGroup(name)) takeGroup(name, value, given, where);
    else given.set(name as SettingName, { value, name });
  }
  const checked = checkSettings({ given, where, hasConstructs: true });
  return {
    ...checked,
    text: props.text as TextEndpointOptions | undefined,
    monitoring: props.monitoring as MonitoringOptions | undefined,
    domain: props.domain as DomainOptions | undefined,
    presence: props.presence as PresenceOptions | undefined,
  };
}

/** `text: { tasks: 3 }` is the settings `text` and `textTasks`. */
function takeGroup(
  group: (typeof groups)[number],
  members: unknown,
  given: Map<SettingName, Given>,
  where: string,
): void {
  if (!isRecord(members)) {
    throw new ConfigurationError(group, members, 'it must be an object, {} for all defaults', where);
  }
  // The others are settings themselves.
  if (group !== 'domain') given.set(group, { value: true, name: group });
  const names = memberNames(group);
  for (const [member, value] of membersOf(members, [...names.keys()])) {
    const name = `${group}.${member}`;
    refuseUnknown(
      name,
      value,
      [...names.keys()].map((known) => `${group}.${known}`),
      where,
    );
    const setting = names.get(member);
    if (setting !== undefined && value !== undefined) given.set(setting, { value, name });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Also those that an object of a class inherits, which accessors are: what the parts would read must have been checked.
 */
function membersOf(object: Readonly<Record<string, unknown>>, known: readonly string[]): [string, unknown][] {
  const names = new Set(known.filter((name) => name in object));
  for (const name in object) names.add(name);
  return [...names].map((name) => [name, object[name]]);
}

function propNames(): string[] {
  const own = Object.entries<Setting>(settings).filter(([, { prop }]) => prop === undefined);
  return [...new Set([...own.map(([name]) => name), ...groups])];
}

function memberNames(group: string): Map<string, SettingName> {
  return new Map(
    Object.entries<Setting>(settings).flatMap(([name, { prop }]) =>
      prop?.[0] === group ? [[prop[1], name as SettingName] as const] : [],
    ),
  );
}

function isGroup(name: string): name is (typeof groups)[number] {
  return (groups as readonly string[]).includes(name);
}
