import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateSecretString } from '../../../local/secrets/generate-secret-string.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
describe('a generated secret', () => {
  const many = (length: number, excludePunctuation: boolean) =>
    Array.from({ length: 200 }, () => generateSecretString({ length, excludePunctuation }, randomInt));

  test('has its length and at least one character of each type', () => {
    for (const secret of many(4, false)) {
      expect(secret).toHaveLength(4);
      for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(secret).toMatch(type);
    }
  });

  test('has no punctuation where that is excluded', () => {
    for (const secret of many(43, true)) expect(secret).toMatch(/^[a-zA-Z0-9]{43}$/);
  });

  test('begins with any type, and is another each time', () => {
    const secrets = many(43, true);
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const type of [/^[a-z]/, /^[A-Z]/, /^[0-9]/]) {
      expect(secrets.some((secret) => type.test(secret))).toBe(true);
    }
  });
});
