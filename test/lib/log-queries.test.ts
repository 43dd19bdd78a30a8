import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { expect, test } from 'vitest';
import { logQueries } from '../../lib/log-queries.ts';
import { readDocument } from '../docs/document.ts';
import { deployedTemplate, embeddedTemplate } from '../support/templates.ts';

test('each question of the runbook is saved, over every log group, in a folder of the stack’s name', () => {
  const template = deployedTemplate({ text: 'true', monitoring: 'true' });
  const saved = Object.values(template.findResources('AWS::Logs::QueryDefinition'));
  const logGroups = Object.keys(template.findResources('AWS::Logs::LogGroup'));

  expect(saved.map(({ Properties }) => Properties.Name)).toEqual(
    Object.keys(logQueries).map((name) => `uidpush/${name}`),
  );
  for (const { Properties } of saved) {
    expect(Properties.LogGroupNames.map(({ Ref }: { Ref: string }) => Ref).toSorted()).toEqual(
      logGroups.toSorted(),
    );
  }
});

test('a function that is made by a grant is among them', () => {
  const template = embeddedTemplate(
    {},
    (stack, uidPush) =>
      void uidPush.grantPush(new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() })),
  );
  const [query] = Object.values(template.findResources('AWS::Logs::QueryDefinition'));
  expect(JSON.stringify(query)).toContain('PushOnly');
});

test.each(Object.entries(logQueries))('the runbook has the query %s', (_, query) => {
  expect(readDocument('docs/RUNBOOK.md').replaceAll(/\s+/g, ' ')).toContain(query);
});

test('the runbook has no query that is not saved', () => {
  const page = readDocument('docs/RUNBOOK.md').replaceAll(/\s+/g, ' ');
  const queries = Array.from(page.matchAll(/(?:`|``` )(filter [^`]+?) ?`/g), ([, query = '']) => query);
  const saved: readonly string[] = Object.values(logQueries);

  expect(queries.filter((query) => query.includes('stats') && !saved.includes(query))).toEqual([]);
});
