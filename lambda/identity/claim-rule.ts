import { requireEnvironment } from '../environment.ts';
import { EnvironmentVariable, Identity } from '../names.ts';

/** What pages may join, or watch: what their tokens' claim names, anything, or nothing. */
export type ClaimRule = 'by-token' | 'any' | 'none';

/** `variable`: by which the stack lets any page where uids are claimed. */
export function claimRuleOfEnvironment(
  variable: typeof EnvironmentVariable.claimedGroups | typeof EnvironmentVariable.claimedWatch,
): ClaimRule {
  if (requireEnvironment(EnvironmentVariable.identity) !== Identity.claimed) return 'by-token';
  return process.env[variable] === 'true' ? 'any' : 'none';
}
