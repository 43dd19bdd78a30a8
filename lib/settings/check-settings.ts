import { closest, distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { Identity } from '../../lambda/names.ts';
import { CloudFront } from '../cloud-front.ts';
import { Deployment } from '../deployment.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Setting } from './setting.ts';
import { type SettingName, type SettingValue, settings } from './settings.ts';

/** A setting as it was chosen. */
export type Given = {
  value: unknown;
  /** Its name in its source: `textTasks`, or `text.tasks`. */
  name: string;
  /** Where it was chosen, if not where the others were. */
  where?: string;
};

/** Where settings come from. */
export type Source = {
  given: ReadonlyMap<SettingName, Given>;
  /** For messages: `a prop of app/Pushes`. */
  where: string;
  /** Whether constructs are given as such, and not by name. */
  hasConstructs: boolean;
};

/** Each with its value, or its default; absent where it has none. */
export type Checked = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends { default: unknown }
    ? SettingValue<Name>
    : SettingValue<Name> | undefined;
};

/** Checks each setting, and that they don't contradict each other. Throws a `ConfigurationError`. */
export function checkSettings(source: Source): Checked {
  const values = Object.entries<Setting>(settings).map(([name, setting]) => {
    const given = source.given.get(name as SettingName);
    return [name, given === undefined ? setting.default : checkedValue(given, setting, source)];
  });
  const checked = Object.fromEntries(values) as Checked;
  refuseContradictions(checked, source);
  return checked;
}

function checkedValue(given: Given, setting: Setting, source: Source): unknown {
  const { value, name, where = source.where } = given;
  // A variable of a script that is not set must not open what it was to close.
  if (value === null || (typeof value === 'string' && value.trim() === '') || isEmptyList(value)) {
    const otherwise = setting.unset ?? String(setting.default);
    throw new ConfigurationError(name, value, `it is empty; leave it out for ${otherwise}`, where);
  }
  const schema = (source.hasConstructs ? setting.propSchema : undefined) ?? setting.schema;
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ConfigurationError(name, issue.input, issue.message, where);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

const provider = ['tokenJwksUrl', 'tokenIssuer', 'tokenAudience'] as const;
const ofText: readonly SettingName[] = namesOf('text').concat('textTtlSeconds');
const ofMonitoring: readonly SettingName[] = namesOf('monitoring');
/** But for that one: where it is true it is refused by itself, and `false` is so without presence, too. */
const ofPresence: readonly SettingName[] = namesOf('presence').filter((name) => name !== 'claimedWatch');
const ofDomain: readonly SettingName[] = namesOf('domain').filter((name) => name !== 'domainName');

function refuseContradictions(checked: Checked, { given, where }: Source): void {
  const refuse = (name: SettingName, allowed: string): never => {
    const chosen: Given = given.get(name) ?? { name, value: checked[name] };
    throw new ConfigurationError(chosen.name, chosen.value, allowed, chosen.where ?? where);
  };
  const refuseGiven = (names: readonly SettingName[], allowed: string): void => {
    for (const name of names) if (given.has(name)) refuse(name, allowed);
  };
  if (checked.identity === Identity.claimed) {
    refuseGiven(provider, 'with identity=claimed nobody checks a token: anybody can be anybody');
    if (checked.revocation) refuse('revocation', 'with identity=claimed there are no tokens to refuse');
  }
  if (checked.claimedGroups) {
    if (!checked.groups) refuse('claimedGroups', 'without groups there are none to join');
    if (checked.identity !== Identity.claimed) {
      refuse(
        'claimedGroups',
        'it is for identity=claimed: with tokens, their groups claim names what a page may join',
      );
    }
  }
  if (checked.claimedWatch) {
    if (!checked.presenceWatch) refuse('claimedWatch', 'without presenceWatch pages watch nobody');
    if (checked.identity !== Identity.claimed) {
      refuse(
        'claimedWatch',
        'it is for identity=claimed: with tokens, their watch claim names whom a page may watch',
      );
    }
  }
  if (!checked.revocation) refuseGiven(['maxTokenSeconds'], 'without revocation tokens may have any life');
  if (checked.tokenJwksUrl !== undefined) {
    // A provider's tokens are for many: without issuer and audience, one made for another service would be accepted
    // here.
    for (const name of provider) if (!given.has(name)) refuse(name, 'with tokenJwksUrl it must be given');
  }
  if (!checked.text) refuseGiven(ofText, 'without text there is no text endpoint');
  if (!checked.monitoring) refuseGiven(ofMonitoring, 'without monitoring there are no alarms');
  if (!checked.presence) refuseGiven(ofPresence, 'without presence nobody is told who comes and who leaves');
  if (checked.domainName === undefined) {
    refuseGiven(ofDomain, 'without domainName there is no such name');
    if (!checked.executeApiEndpoint)
      refuse('executeApiEndpoint', 'without domainName browsers had no address');
  } else if (!given.has('domainCertificateArn')) {
    refuse('domainName', 'a certificate for it must be given, too: domainCertificateArn');
  }
  if (checked.cloudFront === CloudFront.off) {
    refuseGiven(['connectsPerAddress', 'webAclArn'], 'without cloudFront nobody counts connects by address');
  } else {
    if (!checked.executeApiEndpoint) refuse('executeApiEndpoint', 'CloudFront reaches the API by that name');
    if (checked.webAclArn !== undefined) {
      refuseGiven(
        ['connectsPerAddress'],
        'a web ACL of your own has rules of its own: leave one of them out',
      );
    }
  }
  if (checked.deployment !== Deployment.allAtOnce && !checked.monitoring) {
    refuse('deployment', 'without monitoring nothing says that a new version fails');
  }
  if (checked.textTtlSeconds > checked.maxTtlSeconds) {
    refuse('textTtlSeconds', `it must be at most maxTtlSeconds, which is ${checked.maxTtlSeconds}`);
  }
}

function namesOf(group: 'text' | 'monitoring' | 'domain' | 'presence'): SettingName[] {
  return Object.entries<Setting>(settings)
    .filter(([, { prop }]) => prop?.[0] === group)
    .map(([name]) => name as SettingName);
}

/**
 * Throws for a name that is none of `known`, with the nearest right one: misspelt, a setting would silently stay at its
 * default.
 */
export function refuseUnknown(name: string, value: unknown, known: readonly string[], where: string): void {
  if (known.includes(name)) return;
  const lower = new Map(known.map((one) => [one.toLowerCase(), one]));
  const nearest = closest(name.toLowerCase(), [...lower.keys()]);
  const isNear = distance(name.toLowerCase(), nearest) <= Math.max(2, Math.floor(name.length / 3));
  const hint = isNear ? `; did you mean ${lower.get(nearest)}?` : `; there are ${known.join(', ')}`;
  throw new ConfigurationError(name, value, `there is no such setting${hint}`, where);
}
