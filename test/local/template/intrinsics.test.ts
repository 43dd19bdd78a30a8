// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's Fn::Sub has placeholders of this form.
import { describe, expect, test } from 'vitest';
import { type References, resolve } from '../../../local/template/intrinsics.ts';

const names = new Map([
  ['Table', 'connections-1A2B'],
  ['AWS::Region', 'eu-north-1'],
]);
const attributes = new Map([
  ['Push.Arn', 'arn:push'],
  ['Nested.A.B', 'deep'],
]);
const references: References = {
  ref: (name) => names.get(name),
  attribute: (name, attribute) => attributes.get(`${name}.${attribute}`),
};
const resolved = (value: unknown) => resolve(value, references, 'Push.Environment');

describe('intrinsic functions', () => {
  test.each([
    ['text stays', 'live', 'live'],
    ['numbers and booleans stay', { Timeout: 3, Enabled: true }, { Timeout: 3, Enabled: true }],
    ['Ref', { Ref: 'Table' }, 'connections-1A2B'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-north-1'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Push', 'Arn'] }, 'arn:push'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }]] }, 'a-connections-1A2B'],
    ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'Table' }] }, ['connections', '1A2B']],
    ['Fn::Select', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, '1A2B'],
    ['Fn::Select with its index as text', { 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    ['Fn::Sub', { 'Fn::Sub': 'in ${AWS::Region}: ${Push.Arn}' }, 'in eu-north-1: arn:push'],
    ['Fn::Sub of an attribute with a dot', { 'Fn::Sub': '${Nested.A.B}' }, 'deep'],
    ['Fn::Sub of a literal', { 'Fn::Sub': '${!Table} is ${Table}' }, '${Table} is connections-1A2B'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Name}!', { Name: { Ref: 'Table' } }] }, 'connections-1A2B!'],
    ['inside lists and maps', { A: [{ B: { Ref: 'Table' } }] }, { A: [{ B: 'connections-1A2B' }] }],
    ['a map with two keys is no function', { Ref: 'a', Other: 'b' }, { Ref: 'a', Other: 'b' }],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test.each([
    ['an unknown name', { A: { Ref: 'Gone' } }, 'Push.Environment.A: Ref Gone is not known here'],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Table', 'Arn'] },
      'Push.Environment: Fn::GetAtt Table.Arn is not known',
    ],
    [
      'an unknown name in Fn::Sub',
      [{ 'Fn::Sub': '${Gone}' }],
      'Push.Environment[0]: ${Gone} is not known here',
    ],
    ['another function', { 'Fn::ImportValue': 'x' }, 'Push.Environment: Fn::ImportValue is not supported'],
    ['a list that is none', { 'Fn::Join': ['', 'x'] }, 'Push.Environment: "x" is not a list'],
    [
      'an index beyond the end',
      { 'Fn::Select': [2, ['a', 'b']] },
      'Push.Environment: Fn::Select 2 is not known',
    ],
  ])('%s is an error that names the place', (_, value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});
