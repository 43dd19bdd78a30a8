import type { SettingName, SettingValue } from './settings.ts';

/** The settings of one deployment; what is left out has its default. Each is described in docs/CONFIGURATION.md. */
type Environment = {
  /**
   * The stack's name: up to 128 letters, digits and hyphens, the first a letter. Two environments in one account and
   * region need two. Another name is another stack: the one before stays as it is, with all that is in it.
   */
  readonly name: string;
} & { readonly [Name in SettingName]?: SettingValue<Name> };

export type UidPushConfig<Names extends string = string> = {
  /** By the name that `-c env=<name>` chooses. */
  readonly environments: Readonly<Record<Names, Environment>>;
  /**
   * The environment of a command without `-c env=<name>`.
   *
   * @default - the only one; where there are several, such a command is refused
   */
  readonly defaultEnvironment?: NoInfer<Names>;
};

/** Returns `config` as it is; it is here for its types. */
export function defineConfig<const Names extends string>(config: UidPushConfig<Names>): UidPushConfig<Names> {
  return config;
}
