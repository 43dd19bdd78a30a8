import { expect, test } from 'vitest';
import { templateResources } from '../../bench/budgets.ts';
import { deployedTemplate, everything } from '../support/templates.ts';

function resourcesWith(context: Record<string, string>): number {
  return Object.keys(deployedTemplate(context).toJSON().Resources).length;
}

const found = { defaults: resourcesWith({}), everything: resourcesWith({ ...everything, text: 'true' }) };

test('the template has no more resources than its budget', () => {
  expect(found.defaults).toBeLessThanOrEqual(templateResources.defaults);
  expect(found.everything).toBeLessThanOrEqual(templateResources.everything);
});
