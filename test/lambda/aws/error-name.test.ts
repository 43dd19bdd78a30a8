import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { documentClient } from '../../../lambda/aws/dynamodb.ts';
import { errorName } from '../../../lambda/log.ts';
import { caller, startService } from './service.ts';

/** What is logged of a table's read that is answered so. */
async function nameOfRefusal(body: string, errorType?: string): Promise<string> {
  const { url } = await startService((_, response) => {
    if (errorType) response.setHeader('x-amzn-errortype', errorType);
    response.writeHead(403).end(body);
  });
  const client = documentClient({ caller, endpoint: url.href });
  const command = new GetCommand({ TableName: 't', Key: { pk: 'a' } });
  return client.send(command).then(() => 'none', errorName);
}

describe('the name of a refusal is', () => {
  test.each([
    ['a header', 'ForbiddenException', '{"message":"Forbidden"}', 'ForbiddenException'],
    ['a header with an address', 'GoneException:http://internal.amazon.com/x', '{}', 'GoneException'],
    [
      'a type in the body',
      undefined,
      '{"__type":"com.amazonaws.x.v1#AccessDeniedException"}',
      'AccessDeniedException',
    ],
    ['a code in the body', undefined, '{"code":"InvalidSignatureException"}', 'InvalidSignatureException'],
  ])('AWS’s type of error, in %s', async (_, errorType, body, name) => {
    expect(await nameOfRefusal(body, errorType)).toBe(name);
  });

  test.each([
    ['none', '{"message":"no"}', undefined],
    ['no JSON', '<html>', undefined],
    ['more than a name', '{"message":"no"}', 'Bad "thing" u1'],
    ['a name without end', '{"message":"no"}', 'X'.repeat(65)],
  ])('the status where there is %s', async (_, body, errorType) => {
    expect(await nameOfRefusal(body, errorType)).toBe('Status403');
  });
});

test('the name of any other error is a word', () => {
  expect(errorName(new RangeError('no'))).toBe('RangeError');
  expect(errorName(Object.assign(new Error('no'), { name: 'said "secret"' }))).toBe('Error');
  expect(errorName('no')).toBe('string');
});
