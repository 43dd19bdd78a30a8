import type { SecretPlan } from '../template/secret-plan.ts';

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const characterTypes = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

/**
 * A secret's first value, as CloudFormation makes it: random, with at least one character of each type. `random`
 * returns a whole number from 0 up to, not including, its argument.
 * Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
 */
export function generateSecretString(rules: SecretPlan['rules'], random: (below: number) => number): string {
  const types = rules.excludePunctuation ? characterTypes : [...characterTypes, punctuation];
  const all = types.join('');
  const characters = types.map((type) => type.charAt(random(type.length)));
  while (characters.length < rules.length) characters.push(all.charAt(random(all.length)));
  return shuffled(characters, random).join('');
}

/** Source: https://en.wikipedia.org/wiki/Fisher%E2%80%93Yates_shuffle */
function shuffled(items: readonly string[], random: (below: number) => number): string[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(random(rest.length), 1));
}
