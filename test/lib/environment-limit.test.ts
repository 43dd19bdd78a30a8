import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { UidPush } from '../../lib/uid-push.ts';
import { embeddedTemplate } from '../support/templates.ts';

const origins = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://app-${index}.example.com`);

test('more origins than Lambda’s environment takes are refused at synthesis, with the reason', () => {
  const synthesise = () => embeddedTemplate({ allowedOrigins: origins(200) }, () => {});

  expect(synthesise).toThrow('Lambda takes 4096');
  expect(synthesise).toThrow('app/Pushes/Connect');
  expect(synthesise).toThrow('The longest is ALLOWED_ORIGINS');
});

test('as many as fit are not', () => {
  // What Lambda measures: {"ALLOWED_ORIGINS":"…"}
  const bytesOf = (count: number) => JSON.stringify({ ALLOWED_ORIGINS: origins(count).join(',') }).length;
  const most = Array.from({ length: 200 }, (_, count) => count).findLast((count) => bytesOf(count) <= 4_096)!;

  expect(() => embeddedTemplate({ allowedOrigins: origins(most) }, () => {})).not.toThrow();
  expect(() => embeddedTemplate({ allowedOrigins: origins(most + 1) }, () => {})).toThrow(
    'Lambda takes 4096',
  );
});

test('so is it of every function, also for what an app adds itself', () => {
  const synthesise = () =>
    embeddedTemplate({}, (_, uidPush) => uidPush.registerFunction.addEnvironment('LONG', 'x'.repeat(4_096)));

  expect(synthesise).toThrow('app/Pushes/Register');
});

test('lists that are known only at deployment are not measured, and never open for any', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'app');
  const list = new CfnParameter(stack, 'Origins', { type: 'CommaDelimitedList' }).valueAsList;
  const uidPush = new UidPush(stack, 'Pushes', { allowedOrigins: list });
  const { environment } = uidPush.connectFunction!.node.defaultChild as unknown as { environment: unknown };

  // The comma: an empty list must not become the empty text, which stands for any origin.
  expect(stack.resolve(environment).variables.ALLOWED_ORIGINS).toEqual({
    'Fn::Join': ['', [{ 'Fn::Join': [',', { Ref: 'Origins' }] }, ',']],
  });
});
