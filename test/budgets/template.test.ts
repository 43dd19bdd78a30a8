import { expect, test } from 'vitest';
import { templateResources } from '../../bench/budgets.ts';
import { deployedTemplate, everything } from '../support/templates.ts';

function resourcesWith(context: Record<string, string>): number {
  return Object.keys(deployedTemplate(context).toJSON().Resources).length;
}

test('the template has no more resources than its budget, with the defaults and with everything switched on', () => {
  expect(resourcesWith({})).toBeLessThanOrEqual(templateResources.defaults);
  expect(resourcesWith({ ...everything, text: 'true' })).toBeLessThanOrEqual(templateResources.everything);
});
