import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../lib/configuration.ts';
import { readTextContext } from '../../lib/text-context.ts';

function read(context: Record<string, unknown>) {
  return readTextContext(new Stack(new App({ context }), 'stack'));
}

describe('the context of the text endpoint', () => {
  test.each([{}, { text: 'false' }, { text: false }, { text: 'false', textTasks: '5' }])(
    'asks for none by %j',
    (context) => {
      expect(read(context)).toBeUndefined();
    },
  );

  test('has defaults', () => {
    expect(read({ text: 'true' })).toEqual({ secret: false, tasks: 2 });
  });

  test('takes a comma list of ranges', () => {
    expect(read({ text: true, textAllowedFrom: '10.0.0.0/8, 192.0.2.7/32' })?.allowedFrom).toEqual([
      '10.0.0.0/8',
      '192.0.2.7/32',
    ]);
  });

  test.each([
    ['text', 'yes'],
    ['textVpcId', 'my-vpc'],
    ['textVpcId', 5],
    ['textAllowedFrom', '10.0.0.0'],
    ['textAllowedFrom', '10.0.0.0/33'],
    ['textAllowedFrom', '10.0.0/8'],
    ['textAllowedFrom', '10.0.0.0/8,'],
    ['textAllowedFrom', '10.0.0.0/8/8'],
    ['textAllowedFrom', '::/0'],
    ['textAllowedFrom', true],
    ['textCertificateArn', 'example.com'],
    ['textSecret', 'abc'],
    ['textTasks', '0'],
    ['textTasks', '1.5'],
    ['textTasks', '101'],
    ['textTasks', 'many'],
  ])('refuses %s=%j with an error that names both', (key, value) => {
    expect(() => read({ text: 'true', [key]: value })).toThrow(ConfigurationError);
    expect(() => read({ text: 'true', [key]: value })).toThrow(`${key}=${JSON.stringify(value)}`);
  });
});
