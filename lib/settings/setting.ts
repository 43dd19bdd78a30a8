import { isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import * as v from 'valibot';
import { parseJson } from '../../protocol/json-text.ts';
import { isOriginPattern } from './origin-pattern.ts';

/** One choice of a deployment. The table of all is `settings`. */
export type Setting<Value = unknown> = {
  /** The values that are possible, as documents name them. */
  type: string;
  unit?: string;
  /** Absent: there is none, and `unset` describes its absence. */
  default?: Value;
  unset?: string;
  doc: string;
  /**
   * Effect of changing a deployed stack's value, where that can't be undone or shuts somebody out: such a deployment
   * is refused unless it names the setting.
   */
  onChange?: string;
  /** Whether no flag may change it, not for a try either. */
  isFixed?: boolean;
  /** Where the props of the construct have it; by its own name if absent. */
  prop?: readonly [group: 'text' | 'monitoring' | 'domain' | 'presence', name: string];
  /** Checks a value, and says by its message what is allowed. */
  schema: v.GenericSchema<unknown, Value>;
  /** Checks the prop, where that is a construct and the context has but its name. */
  propSchema?: v.GenericSchema<unknown, unknown>;
  /**
   * Value that a text of the command line stands for. Text that stands for nothing is left as it is, to be refused by
   * name.
   */
  fromText?(text: string): unknown;
};

/** In seconds. */
export const year = 365 * 86_400;

type Kind<Value> = Pick<Setting<Value>, 'type' | 'schema' | 'fromText'>;

export function choice<const Choices extends readonly string[]>(choices: Choices): Kind<Choices[number]> {
  return {
    type: choices.join(', '),
    schema: v.picklist(choices, `it must be ${choices.join(' or ')}, known at synthesis`),
  };
}

/** Text that `isValid`. What is known only at deployment can't be checked. */
export function text(allowed: string, isValid: (text: string) => boolean = () => true): Kind<string> {
  return { type: allowed, schema: textSchema(allowed, isValid) };
}

function textSchema(allowed: string, isValid: (text: string) => boolean): v.GenericSchema<unknown, string> {
  const rule = `it must be ${allowed}`;
  return v.pipe(
    v.string(rule),
    v.check((value) => Token.isUnresolved(value) || isValid(value), rule),
  );
}

/** A list; of the command line a text with commas. */
function list(type: string, each: string, isValid: (text: string) => boolean): Kind<readonly string[]> {
  const items = v.pipe(v.array(textSchema(each, isValid), `it must be ${type}`), v.readonly());
  return {
    type,
    // The whole list may be known only at deployment.
    schema: v.lazy((value) =>
      Token.isUnresolved(value) ? v.custom<readonly string[]>(Array.isArray) : items,
    ),
    fromText: commaList,
  };
}

function commaList(value: string): string[] {
  return value.split(',').map((item) => item.trim());
}

export const originList = list(
  'a comma list of origins',
  'an origin as browsers send it, like https://app.example.com, https://*.example.com for one label of any name, or an app’s, like capacitor://localhost',
  isOriginPattern,
);

/** Messages of pages that are no credential: a text as it is, or the members of a JSON object. */
export const messageList: Kind<readonly string[]> = {
  ...list('a comma list of texts, or a JSON list', 'a text, or a JSON object with members', isMessage),
  // A JSON object may have commas.
  fromText: (value) => {
    const texts = parseJson(value);
    return Array.isArray(texts) ? texts : commaList(value);
  },
};

function isMessage(text: string): boolean {
  if (!text.trim().startsWith('{')) return text.trim() !== '';
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

export const rangeList = list(
  'a comma list of IPv4 ranges',
  'an IPv4 range, like 10.0.0.0/16 or 192.0.2.7/32',
  isIPv4Range,
);

function isIPv4Range(value: string): boolean {
  const [address = '', prefix = '', ...others] = value.split('/');
  return isIPv4(address) && /^(\d|[12]\d|3[0-2])$/.test(prefix) && others.length === 0;
}

/** A token that stands for a number is one itself, far out of every range. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return numberOf(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

export function numberFrom(least: number, most: number): Kind<number> {
  return numberOf(`a number from ${least} to ${most}`, (value) => value >= least && value <= most);
}

function numberOf(type: string, isValid: (value: number) => boolean): Kind<number> {
  const rule = `it must be ${type}, known at synthesis`;
  return {
    type,
    schema: v.pipe(v.number(rule), v.check(isValid, rule)),
    fromText: (value) => (/^(0|[1-9]\d{0,9})(\.\d{1,9})?$/.test(value) ? Number(value) : value),
  };
}

export const flag: Kind<boolean> = {
  type: 'true, false',
  schema: v.boolean('it must be true or false'),
  fromText: (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
};

/** A flag of what is not there by default. */
export const optIn = { ...flag, default: false } as const;

/**
 * A construct of the app's own, known by a member that all of its kind have. Its class is not asked for: an app may
 * have a second copy of aws-cdk-lib.
 */
export function construct(what: string, member: string): v.GenericSchema<unknown, object> {
  return v.custom<object>(
    (value) => typeof value === 'object' && value !== null && member in value,
    `it must be ${what}`,
  );
}
