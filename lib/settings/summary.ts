import { type ChosenEnvironment, type Override, settingText } from './chosen-environment.ts';
import type { SettingName } from './settings.ts';

/** Settings to show before each deployment, at their defaults or not. */
const alwaysShown: readonly SettingName[] = [
  'identity',
  'allowedOrigins',
  'pushAuth',
  'stage',
  'text',
  'monitoring',
  'protect',
];

/** Returns a few lines on what is about to be synthesised: which environment, its settings, and what flags change. */
export function summaryOf(environment: ChosenEnvironment, file: string): string {
  const { key, name, given, checked, overrides } = environment;
  const shown = [...new Set([...alwaysShown, ...given])].map((setting) => {
    const value = setting === 'allowedOrigins' ? (checked.allowedOrigins ?? 'any') : checked[setting];
    return `${setting}=${settingText(value)}`;
  });
  const lines = [
    `uidpush: environment ${key} of ${file}, stack ${name}`,
    `  ${shown.join(' ')}`,
    ...overrides.map((override) => `  ! ${overrideText(override)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns what a flag changes, for a person who may have forgotten it. */
export function overrideText({ name, value, inFile }: Override): string {
  const before = inFile === undefined ? 'has none' : `says ${settingText(inFile)}`;
  return `A flag sets ${name}=${settingText(value)} for this run only: the settings file ${before}.`;
}
